import { expect, test } from 'vitest';
import type { Scalar } from '../../src/model/tensorflow.ts';
import type { Mark } from '../../src/records/mark.ts';
import { loadRuntime } from '../../src/runtime/load.ts';
import { createOptimizer } from '../../src/training/optimizers.ts';
import { disposeBatch, tinyBatch, tinyConfig, tinyModel } from '../model/tinyModel.ts';
import { plainStep } from './plainStep.ts';

const { tf, native } = loadRuntime('tensorflow');
if (native === null) throw new Error('TensorFlow has a native backend');
const handles = (): number => native.binding.getNumOfTensors();

test('the loss falls on fixed batches, steps leave nothing behind, and the marks come in order', () => {
  const config = tinyConfig();
  const model = tinyModel(tf, config);
  const batch = tinyBatch(tf, config);
  const optimizer = createOptimizer(tf, 'adam', 0.02);
  const lossNow = () => tf.tidy(() => model.loss(batch).dataSync()[0] as number);
  const marks: Mark[] = [];
  const step = () =>
    plainStep(
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
