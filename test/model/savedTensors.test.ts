/** The two forms of each operation: the same values, the same gradients, other tensors kept. */
import { afterEach, expect, test } from 'vitest';
import type { PartialConfig } from '../../src/config/schema.ts';
import type { Tensor } from '../../src/model/tensorflow.ts';
import { loadRuntime } from '../../src/runtime/load.ts';
import { retainingGradients } from '../training/plainStep.ts';
import { SWITCHES } from './switches.ts';
import { disposeBatch, tinyBatch, tinyConfig, tinyModel } from './tinyModel.ts';

const { tf } = loadRuntime('tensorflow');
const tensorsBefore = tf.memory().numTensors;
afterEach(() => expect(tf.memory().numTensors).toBe(tensorsBefore));

function lossAndGradients(model: PartialConfig['model'], step: PartialConfig['step']) {
  const config = tinyConfig(model, step);
  const built = tinyModel(tf, config);
  const batch = tinyBatch(tf, config);
  const { loss, byVariable } = retainingGradients(
    tf,
    () => built.loss(batch),
    () => {},
  );
  const read = (tensor: Tensor): Float32Array => tensor.dataSync() as Float32Array;
  const gradients = new Map(
    built.variables.map(({ name, shape }, index) => {
      const gradient = byVariable[name] as Tensor;
      expect(gradient.shape).toEqual(shape);
      return [index, read(gradient)];
    }),
  );
  const result = { loss: read(loss)[0] as number, gradients };
  tf.dispose([loss, byVariable]);
  disposeBatch(tf, batch);
  built.dispose();
  return result;
}

test.each([{}, ...SWITCHES])('minimal = autodiff: %j', (switches) => {
  const [autodiff, minimal] = (['autodiff', 'minimal'] as const).map((savedTensors) =>
    lossAndGradients(switches, { savedTensors }),
  ) as [ReturnType<typeof lossAndGradients>, ReturnType<typeof lossAndGradients>];
  // The same sums in another order: float32 has 24 bits, and the longest chain of this model is some hundred operations.
  const close = 2e-5;
  expect(Math.abs(minimal.loss - autodiff.loss)).toBeLessThan(close * Math.abs(autodiff.loss));
  for (const [index, expected] of autodiff.gradients) {
    const found = minimal.gradients.get(index) as Float32Array;
    const largest = Math.max(...expected.map(Math.abs));
    for (const [at, value] of expected.entries())
      expect(Math.abs((found[at] as number) - value), `variable ${index}`).toBeLessThan(
        close * Math.max(largest, 0.01),
      );
  }
});
