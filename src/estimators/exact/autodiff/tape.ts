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
import { type ByComponent, plus, times } from '../byComponent.ts';
import { type Pass, passOf } from '../pass.ts';
import { blockTape } from './block.ts';
import { leadingNowhere } from './dropout.ts';
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

/** Of `count` blocks of a decoder, as a recomputation keeps them: without the stream that enters the first. */
export const blocksTape = (config: RunConfig, count: number): ByComponent =>
  times(count, blockTape(passOf(config), { masked: true, cross: false }));

/**
 * The part of a decoder's tape from which no variable can be reached, so that a freeing backward frees it before it begins: of each dropout
 * the random numbers and what they are rounded to, with their scalars.
 */
export function tapeLeadingNowhere(config: RunConfig): Prediction {
  const { dropout, selective, recomputed, NH, A }: Pass = passOf(config);
  if (!dropout) return itemised({});
  const blocks = recomputed === null ? config.model.layers : 0;
  return itemised({
    embedding: leadingNowhere(NH),
    attention: selective ? 0 : blocks * leadingNowhere(A),
    residual: 2 * blocks * leadingNowhere(NH),
  });
}
