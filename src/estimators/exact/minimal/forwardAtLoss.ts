/** Forward where every operation brings its own gradient. */
import type { RunConfig } from '../../../config/schema.ts';
import { type Prediction, together } from '../../estimator.ts';
import { floats, symbols } from '../tfjsSymbols.ts';

/** The live bytes of forward, over the level before it, at the loss; with a large vocabulary more than backward has. */
export function minimalForwardAtLoss(config: RunConfig, tape: Prediction): Prediction {
  const { N, NV } = symbols(config);
  return together(tape, floats({ head: NV, loss: 3 * NV + 2 * N + 1 }));
}
