/**
 * What tfjs's tape keeps after forward: each buffer once, under the component whose op made it, with its width under each precision. Under
 * a cast an operation that only adds or multiplies keeps the cast value, not what was cast.
 *
 * GPT-2's family in float32: 4 · (L(16NH + 10Na + 7NF + 3A + 8N + 6) + 7NH + 5N + 2NV + SH + S + 4) bytes, a = heads · headSize, the loss
 * included, the S on a CPU only; of a single head 7Na, not 10.
 *
 * mixed has the tape per layer of a policy that only casts what enters products (elementwise operations in 16 bits, softmax and squares
 * in 32): L(56NH + 14NF + 8A + 32N + 24) bytes. Outside the layers three tensors differ. The embedding's sum has a 16-bit copy (+2NH); the
 * final norm reads that stream and keeps what it makes by element in 16 bits (−8NH); the log-probabilities have 32 bits (+2NV).
 */
import type { RunConfig } from '../../../config/schema.ts';
import { itemised, type Prediction } from '../../estimator.ts';
import { type ByComponent, plus } from '../byComponent.ts';
import { passOf } from '../pass.ts';
import { headTape, lossTape } from './loss.ts';
import { stackTape } from './stack.ts';

export const tape = (config: RunConfig): Prediction => itemised(plus(tapeToLogits(config), lossTape(passOf(config))));

/** Without the loss. */
export function tapeToLogits(config: RunConfig): ByComponent {
  const pass = passOf(config);
  const { architecture } = config.model;
  const products = !pass.widths.copiesOperands; // take what comes out of a stack as it is (MatMul.a)
  if (architecture !== 'encoder-decoder')
    return plus(stackTape(pass, { masked: architecture === 'decoder', cross: false }, products), headTape(pass));
  const blocksSaveIt = pass.recomputed !== null; // the encoder's output is an input of theirs
  return plus(
    stackTape(pass, { masked: false, cross: false }, products || blocksSaveIt),
    stackTape(pass, { masked: true, cross: true }, products),
    headTape(pass),
  );
}
