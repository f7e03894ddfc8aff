/** Where backward is fullest: tape and backward together, over the level before forward. */
import type { RunConfig } from '../../config/schema.ts';
import type { Ledger } from '../../records/quantity.ts';
import { itemised, type Prediction, together } from '../estimator.ts';
import { retainingBackward } from './autodiff/backward/retaining.ts';
import { freeingPeak } from './freeingPeak.ts';
import { FREEING_GROUND, MINIMAL_RETAINING_GROUND, RETAINING_GROUND, where } from './grounds.ts';
import { minimalRetainingPeak } from './minimalBackward.ts';

export function backwardPeak(config: RunConfig, tape: Prediction, ledger: Ledger): Prediction {
  const { backward, savedTensors } = config.step;
  if (backward === 'freeing') return where(FREEING_GROUND, 'backward', config, () => freeingPeak(config, tape));
  if (savedTensors === 'autodiff')
    return where(RETAINING_GROUND, 'backward', config, () =>
      together(tape, itemised(retainingBackward(config, ledger))),
    );
  return where(MINIMAL_RETAINING_GROUND, 'backward in the minimal form', config, () =>
    minimalRetainingPeak(config, tape),
  );
}
