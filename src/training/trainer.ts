/** A configuration → everything that a training step needs, made in one order: variables, constants, the teacher, batches, optimizer. */
import type { RunConfig } from '../config/schema.ts';
import type { Casts } from '../model/casts.ts';
import { component } from '../model/component.ts';
import type { Model } from '../model/model.ts';
import type { Tf } from '../model/tensorflow.ts';
import { createTransformer } from '../model/transformer.ts';
import type { CreateVariable } from '../model/variables.ts';
import type { Mark } from '../records/mark.ts';
import { disposeBatch, patternBatches } from './batch.ts';
import { createCheckpoint } from './checkpoint.ts';
import type { Differentiate } from './differentiate.ts';
import { freeing } from './freeing.ts';
import { VariableGradients } from './gradients.ts';
import { lossScale } from './lossScale.ts';
import { createOptimizer } from './optimizers.ts';
import { retaining } from './retaining.ts';
import { type MicroBatch, trainingStep } from './step.ts';
import { createTeacher } from './teacher.ts';

/** The kinds of `step.backward`. */
export const BACKWARDS: Readonly<Record<RunConfig['step']['backward'], Differentiate>> = { retaining, freeing };

export interface Trainer {
  /** Built for one micro-batch. */
  readonly model: Model;
  /** For bytes alone: makes what a first step would make for all that follow, the optimizer's state. tfjs's Adam counts it as a step. */
  prepare(): void;
  /** One whole step. `mark` must not allocate tensors. */
  step(mark: (mark: Mark) => void): void;
  /** Leaves no tensor behind. */
  dispose(): void;
}

export interface TrainerOptions {
  readonly createVariable: CreateVariable;
  /** Called when the variables are there and nothing else. */
  readonly onWeights?: () => void;
  /** For a precision with 16 bits. */
  readonly casts?: Casts | null;
}

export function createTrainer(
  tf: Tf,
  config: RunConfig,
  { createVariable, onWeights = () => {}, casts = null }: TrainerOptions,
): Trainer {
  const { step, batch } = config;
  const differentiate = BACKWARDS[step.backward];
  const oneMicroBatch = { ...config, batch: { ...batch, size: batch.size / step.microBatches } };
  const techniques = { casts, checkpoint: createCheckpoint(tf, differentiate) };
  const model = createTransformer(tf, oneMicroBatch, createVariable, { onWeights, ...techniques });
  const teacher = createTeacher(tf, oneMicroBatch, createVariable, techniques);
  const batches = patternBatches(tf, config, step.microBatches);
  const optimizer = createOptimizer(tf, step.optimizer);
  const gradients = new VariableGradients(tf, model.variables);
  const microBatches = batches.map(
    (own): MicroBatch => teacher?.microBatch(model, own) ?? { loss: () => model.loss(own) },
  );
  const parts = {
    variables: model.variables,
    ...{ differentiate, optimizer, gradients },
    keepGradients: step.gradients === 'kept',
    lossScale: lossScale(step.precision),
  };
  return {
    model,
    prepare() {
      const withoutGradient = model.variables.map(({ name }) => [name, null] as const);
      component('optimizer', () => optimizer.applyGradients(Object.fromEntries(withoutGradient)));
    },
    step: (mark) => trainingStep(tf, microBatches, parts, mark),
    dispose: () => {
      gradients.dispose();
      optimizer.dispose();
      for (const own of batches) disposeBatch(own);
      teacher?.dispose();
      model.dispose();
    },
  };
}
