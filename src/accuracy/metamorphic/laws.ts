/** Every law. A new one joins the list of its topic; its configurations join bench/sweeps/metamorphic.json. */
import type { MetamorphicLaw } from './law.ts';
import { BATCH_LAWS } from './laws/batch.ts';
import { MODEL_LAWS } from './laws/model.ts';
import { PEAK_LAWS } from './laws/peaks.ts';
import { STEP_LAWS } from './laws/step.ts';

/** Tables number them in this order, from 1. */
export const LAWS: readonly MetamorphicLaw[] = [...BATCH_LAWS, ...MODEL_LAWS, ...STEP_LAWS, ...PEAK_LAWS];
