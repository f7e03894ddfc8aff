/** What a trainer computes, step by step. */
import { createHash } from 'node:crypto';
import { vi } from 'vitest';
import type { RunConfig } from '../../src/config/schema.ts';
import type { Tensor } from '../../src/model/tensorflow.ts';
import type { LoadedRuntime } from '../../src/runtime/load.ts';
import { castsFor } from '../../src/runtime/sixteenBit.ts';
import { VariableGradients } from '../../src/training/gradients.ts';
import { createTrainer, type Trainer } from '../../src/training/trainer.ts';
import { unalike } from '../model/tinyModel.ts';

export interface WatchedStep {
  /** One for each micro-batch. */
  readonly losses: readonly number[];
  /** As the optimizer is given them, in the order of the variables. */
  readonly gradients: readonly Float32Array[];
}

export interface Watched {
  readonly steps: readonly WatchedStep[];
  /** SHA-256 over every loss, every gradient and the variables after the last step. */
  readonly bits: string;
}

const valuesOf = (tensor: Tensor): Float32Array => (tensor.dataSync() as Float32Array).slice();

/** `count` whole steps of a trainer of its own, from variables that are always the same. Leaves nothing behind. */
export function watchedSteps(runtime: LoadedRuntime, config: RunConfig, count: number): Watched {
  const { tf } = runtime;
  const casts = castsFor(runtime, config.step.precision);
  try {
    const trainer = createTrainer(tf, config, { createVariable: unalike(tf), casts });
    try {
      const steps = watching(trainer, () => {
        for (let step = 0; step < count; step++) trainer.step(() => {});
      });
      const hash = createHash('sha256');
      for (const { losses, gradients } of steps)
        for (const values of [Float32Array.from(losses), ...gradients]) hash.update(values);
      for (const variable of trainer.model.variables) hash.update(valuesOf(variable));
      return { steps, bits: hash.digest('hex') };
    } finally {
      trainer.dispose();
    }
  } finally {
    casts?.remove();
  }
}

function watching({ model }: Trainer, run: () => void): WatchedStep[] {
  const steps: WatchedStep[] = [];
  let losses: number[] = [];
  const loss = model.loss.bind(model);
  const watchedLoss = vi.spyOn(model, 'loss').mockImplementation((...batchAndLabels) => {
    const value = loss(...batchAndLabels);
    losses.push(value.dataSync()[0] as number);
    return value;
  });
  const { byVariable } = VariableGradients.prototype;
  const given = vi.spyOn(VariableGradients.prototype, 'byVariable').mockImplementation(function (
    this: VariableGradients,
  ) {
    const gradients = byVariable.call(this);
    steps.push({ losses, gradients: model.variables.map(({ name }) => valuesOf(gradients[name] as Tensor)) });
    losses = [];
    return gradients;
  });
  try {
    run();
    return steps;
  } finally {
    watchedLoss.mockRestore();
    given.mockRestore();
  }
}
