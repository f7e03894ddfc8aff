import { afterEach, expect, test } from 'vitest';
import type { Scalar, Tensor, Variable } from '../../src/model/tensorflow.ts';
import { loadRuntime } from '../../src/runtime/load.ts';
import { retainingGradients } from '../training/plainStep.ts';
import { SWITCHES } from './switches.ts';
import { disposeBatch, tinyBatch, tinyConfig, tinyModel } from './tinyModel.ts';

const { tf } = loadRuntime('tensorflow');
afterEach(() => tf.disposeVariables()); // of a test that failed half way

/** Derivative of `loss` along the unit vector `direction` of `variable`: five-point central difference with the step `h`. */
function slope(loss: () => Tensor, variable: Variable, direction: Tensor, h: number): number {
  const start = variable.clone();
  const at = (steps: number): number =>
    tf.tidy(() => {
      variable.assign(tf.add(start, tf.mul(direction, steps * h)));
      return loss().dataSync()[0] as number;
    });
  const derivative = (at(-2) - 8 * at(-1) + 8 * at(1) - at(2)) / (12 * h);
  variable.assign(start);
  start.dispose();
  return derivative;
}

const unitVector = (shape: number[], seed: number): Tensor =>
  tf.tidy(() => {
    const drawn = tf.randomNormal(shape, 0, 1, 'float32', seed);
    return tf.div(drawn, tf.norm(drawn));
  });

// Dropout draws anew at every call, so it has no slope to compare with.
test.each([{}, ...SWITCHES.filter(({ dropout }) => dropout === undefined)])(
  'the gradient of every variable agrees with finite differences: %j',
  (switches) => {
    const config = tinyConfig(switches);
    // ReLU has a kink, and a step across it is wrong by as much as it is long: a short step there, and float32's noise with it.
    const [h, noise] = config.model.activation === 'relu' ? [0.001, 3e-3] : [0.02, 2e-4];
    const model = tinyModel(tf, config);
    const batch = tinyBatch(tf, config);
    const { loss, byVariable } = retainingGradients(
      tf,
      () => model.loss(batch),
      () => {},
    );
    expect(Object.keys(byVariable)).toHaveLength(model.variables.length);
    const slopes: number[] = [];
    for (const [index, variable] of model.variables.entries()) {
      const gradient = byVariable[variable.name] as Tensor;
      const direction = unitVector(variable.shape, 100 + index);
      const predicted = tf.tidy(() => tf.sum(tf.mul(gradient, direction)).dataSync()[0] as number);
      const measured = slope(() => model.loss(batch), variable, direction, h);
      // float32 gives the loss 7 digits and the quotient divides by 12·h: noise of some 1e-5; truncation is h⁴ of a fifth derivative
      expect(Math.abs(predicted - measured), variable.name).toBeLessThan(noise + 2e-3 * Math.abs(measured));
      slopes.push(Math.abs(measured));
      direction.dispose();
    }
    // Most slopes must stand far above the tolerance, or the comparison would say nothing.
    expect(slopes.filter((size) => size > 0.01).length).toBeGreaterThan(0.6 * slopes.length);
    tf.dispose([loss, byVariable]);
    disposeBatch(tf, batch);
    model.dispose();
  },
);

test('forward ends once, before any gradient is computed', () => {
  const config = tinyConfig();
  const model = tinyModel(tf, config);
  const batch = tinyBatch(tf, config);
  const before = tf.memory().numTensors;
  const tensorsAtEndOfForward: number[] = [];
  const result = retainingGradients(
    tf,
    () => model.loss(batch),
    () => tensorsAtEndOfForward.push(tf.memory().numTensors),
  );
  expect(tensorsAtEndOfForward).toHaveLength(1);
  tf.dispose([result.loss, result.byVariable]);
  expect(tf.memory().numTensors).toBe(before);
  disposeBatch(tf, batch);
  model.dispose();
});

test('a step that throws, in forward or in backward, leaves the engine usable and marks no false end of forward', () => {
  const x = tf.variable(tf.tensor1d([1, 2]));
  const inBackward = tf.customGrad((value) => ({
    value: tf.square(value as Tensor),
    gradFunc: () => {
      throw new Error('thrown in backward');
    },
  }));
  const ends: string[] = [];
  const run = (loss: () => Tensor) => retainingGradients(tf, loss as () => Scalar, () => ends.push('forward ended'));
  const inForward = () => {
    throw new Error('thrown in forward');
  };
  expect(() => run(inForward)).toThrow('thrown in forward');
  expect(ends).toEqual([]);
  expect(() => run(() => tf.sum(inBackward(x)))).toThrow('thrown in backward');
  expect(ends).toEqual(['forward ended']);
  expect(() =>
    retainingGradients(
      tf,
      () => tf.sum(tf.square(x)) as Scalar,
      () => {
        throw new Error('thrown by the caller');
      },
    ),
  ).toThrow('thrown by the caller');

  const { loss, byVariable } = run(() => tf.sum(tf.square(x)));
  expect(Array.from((byVariable[x.name] as Tensor).dataSync())).toEqual([2, 4]);
  tf.dispose([loss, byVariable]);
  x.dispose();
});
