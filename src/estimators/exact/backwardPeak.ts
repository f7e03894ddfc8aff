/** Where backward is fullest: tape and backward together, over the level before forward. */
import type { RunConfig } from '../../config/schema.ts';
import type { Ledger } from '../../records/quantity.ts';
import { itemised, type Prediction, together } from '../estimator.ts';
import { backwardStretches } from './backward/stretches.ts';
import { formOf } from './form.ts';
import { whereMade } from './grounds.ts';
import { fullest } from './moments.ts';
import { ofLastConfig } from './ofLastConfig.ts';
import { teacherOnTape } from './teacherMemory.ts';

/** The same for every ledger. */
const stretchesOf = ofLastConfig((config) =>
  backwardStretches(formOf(config).operations, config, teacherOnTape(config)),
);

export const backwardPeak = (config: RunConfig, tape: Prediction, ledger: Ledger): Prediction =>
  whereMade('backward', config, () => together(tape, itemised(fullest(stretchesOf(config), ledger))));
