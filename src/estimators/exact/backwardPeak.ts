/** Where backward is fullest: tape and backward together, over the level before forward. */
import type { RunConfig } from '../../config/schema.ts';
import type { Ledger } from '../../records/quantity.ts';
import { itemised, type Prediction, together } from '../estimator.ts';
import { autodiff } from './autodiff/backward/index.ts';
import { retainingBackward } from './backward/retaining.ts';
import { freeingPeak } from './freeingPeak.ts';
import { FREEING_GROUND, RETAINING_GROUND, where } from './grounds.ts';
import { minimal } from './minimal/backward/index.ts';

export function backwardPeak(config: RunConfig, tape: Prediction, ledger: Ledger): Prediction {
  const { backward, savedTensors } = config.step;
  if (backward === 'freeing') return where(FREEING_GROUND, 'backward', config, () => freeingPeak(config, tape));
  const form = savedTensors === 'autodiff' ? autodiff : minimal;
  return where(RETAINING_GROUND, 'backward', config, () =>
    together(tape, itemised(retainingBackward(form, config, ledger))),
  );
}
