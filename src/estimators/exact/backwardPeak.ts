/** Where backward is fullest: tape and backward together, over the level before forward. */
import type { RunConfig } from '../../config/schema.ts';
import type { Ledger } from '../../records/quantity.ts';
import { itemised, type Prediction, together } from '../estimator.ts';
import { autodiff } from './autodiff/backward/index.ts';
import { backwardOverTape } from './backward/peak.ts';
import { whereMade } from './grounds.ts';
import { minimal } from './minimal/backward/index.ts';
import { teacherOnTape } from './teacherMemory.ts';

const FORMS = { autodiff, minimal } as const;

export const backwardPeak = (config: RunConfig, tape: Prediction, ledger: Ledger): Prediction =>
  whereMade('backward', config, () => {
    const over = backwardOverTape(FORMS[config.step.savedTensors], config, ledger, teacherOnTape(config));
    return together(tape, itemised(over));
  });
