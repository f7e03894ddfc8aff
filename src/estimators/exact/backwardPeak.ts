/** Where backward is fullest: tape and backward together, over the level before forward. */
import type { RunConfig } from '../../config/schema.ts';
import type { Ledger } from '../../records/quantity.ts';
import { itemised, type Prediction, together } from '../estimator.ts';
import { backwardOverTape } from './backward/peak.ts';
import { formOf } from './form.ts';
import { whereMade } from './grounds.ts';
import { teacherOnTape } from './teacherMemory.ts';

export const backwardPeak = (config: RunConfig, tape: Prediction, ledger: Ledger): Prediction =>
  whereMade('backward', config, () => {
    const over = backwardOverTape(formOf(config).operations, config, ledger, teacherOnTape(config));
    return together(tape, itemised(over));
  });
