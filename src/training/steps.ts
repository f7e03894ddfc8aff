/** A configuration → its steps, of whichever kind. */
import type { RunConfig } from '../config/schema.ts';
import type { Tf } from '../model/tensorflow.ts';
import { createInference } from './inference.ts';
import { createTrainer, type Trainer, type TrainerOptions } from './trainer.ts';

export const createSteps = (tf: Tf, config: RunConfig, options: TrainerOptions): Trainer =>
  config.step.kind === 'inference' ? createInference(tf, config, options) : createTrainer(tf, config, options);
