import { expect, test } from 'vitest';
import type { Scalar, Variable } from '../../src/model/tensorflow.ts';
import { loadRuntime } from '../../src/runtime/load.ts';
import { createAdam } from '../../src/training/optimizer.ts';
import { type Mark, trainingStep } from '../../src/training/step.ts';
import { disposeBatch, tinyBatch, tinyConfig, tinyModel } from '../model/tinyModel.ts';

const { tf, native } = loadRuntime('tensorflow');
if (native === null) throw new Error('TensorFlow has a native backend');
const handles = (): number => native.binding.getNumOfTensors();

test('the loss falls on fixed batches, steps leave nothing behind, and the marks come in order', () => {
  const config = tinyConfig();
  const model = tinyModel(tf, config);
  const batch = tinyBatch(tf, config);
  const optimizer = createAdam(tf, 0.02);
  const lossNow = () => tf.tidy(() => model.loss(batch).dataSync()[0] as number);
  const marks: Mark[] = [];
  const step = () =>
    trainingStep(
      tf,
      () => model.loss(batch) as Scalar,
      optimizer,
      (mark) => marks.push(mark),
    );

  const first = lossNow();
  step();
  expect(marks).toEqual(['m0', 'm1', 'm2', 'm3']);
  const [tensorsAfterOne, handlesAfterOne] = [tf.memory().numTensors, handles()];
  for (let n = 0; n < 60; n++) step();
  expect(tf.memory().numTensors).toBe(tensorsAfterOne);
  expect(handles()).toBe(handlesAfterOne);
  expect(lossNow()).toBeLessThan(0.2 * first);
  disposeBatch(tf, batch);
  model.dispose();
  optimizer.dispose();
});

test('Adam updates as its paper says', () => {
  const x = tf.variable(tf.tensor1d([1, -2, 0.5]), true) as Variable;
  const optimizer = createAdam(tf, 0.1);
  const expected = [1, -2, 0.5];
  const [m, v] = [
    [0, 0, 0],
    [0, 0, 0],
  ];
  for (let t = 1; t <= 3; t++) {
    trainingStep(
      tf,
      () => tf.sum(tf.square(x)) as Scalar,
      optimizer,
      () => {},
    );
    for (const i of [0, 1, 2]) {
      const gradient = 2 * (expected[i] as number);
      m[i] = 0.9 * (m[i] as number) + 0.1 * gradient;
      v[i] = 0.999 * (v[i] as number) + 0.001 * gradient ** 2;
      const [mHat, vHat] = [m[i] / (1 - 0.9 ** t), v[i] / (1 - 0.999 ** t)];
      expected[i] = (expected[i] as number) - (0.1 * mHat) / (Math.sqrt(vHat) + 1e-7);
    }
    for (const i of [0, 1, 2]) expect(x.dataSync()[i]).toBeCloseTo(expected[i] as number, 4);
  }
  x.dispose();
});
