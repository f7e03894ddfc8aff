import { afterEach, expect, test } from 'vitest';
import { exactParameterCount, variableSizes } from '../../src/estimators/exact/parameterCount.ts';
import { activate } from '../../src/model/activation.ts';
import { normalize } from '../../src/model/normalization.ts';
import type { Tensor2D } from '../../src/model/tensorflow.ts';
import { createTransformer } from '../../src/model/transformer.ts';
import { filled } from '../../src/model/variables.ts';
import { loadRuntime } from '../../src/runtime/load.ts';
import { SWITCHES } from './switches.ts';
import { disposeBatch, tinyBatch, tinyConfig, tinyModel, toolsFor } from './tinyModel.ts';

const { tf } = loadRuntime('tensorflow');
const tools = toolsFor(tf);
const tensorsBefore = tf.memory().numTensors;
afterEach(() => expect(tf.memory().numTensors).toBe(tensorsBefore)); // every test cleans up, so the model does too

test.each([{}, ...SWITCHES])(
  'the variables are those that the parameter count lists, in the same order: %j',
  (switches) => {
    const config = tinyConfig(switches);
    const model = createTransformer(tf, config, filled(tf));
    const sizes = model.variables.map(({ size }) => size);
    expect(sizes).toEqual(variableSizes(config));
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(exactParameterCount(config));
    model.dispose();
  },
);

test.each([{}, ...SWITCHES.filter(({ architecture = 'decoder' }) => architecture === 'decoder')])(
  'no position of a decoder sees a later one: %j',
  (switches) => {
    const config = tinyConfig({ ...switches, dropout: 0 });
    const model = tinyModel(tf, config);
    const logitsOf = (ids: number[]) =>
      tf.tidy(
        () =>
          model
            .logits({ ids: tf.tensor2d([...ids, ...ids], [2, 5], 'int32') as Tensor2D, source: null })
            .arraySync() as number[][],
      );
    const before = logitsOf([1, 2, 3, 4, 5]);
    const after = logitsOf([1, 2, 3, 9, 5]);
    expect(after.slice(0, 3)).toEqual(before.slice(0, 3));
    expect(after[3]).not.toEqual(before[3]);
    expect(after[4]).not.toEqual(before[4]);
    model.dispose();
  },
);

test('sequences of a batch do not see each other', () => {
  const config = tinyConfig();
  const model = tinyModel(tf, config);
  const logitsOf = (first: number, second: number) =>
    tf.tidy(() =>
      model
        .logits({
          ids: tf.tensor2d([...Array(5).fill(first), ...Array(5).fill(second)], [2, 5], 'int32'),
          source: null,
        })
        .arraySync(),
    );
  expect((logitsOf(1, 2) as number[][]).slice(0, 5)).toEqual((logitsOf(1, 7) as number[][]).slice(0, 5));
  model.dispose();
});

test('the loss of a model that knows nothing is ln V', () => {
  const config = tinyConfig();
  const model = createTransformer(tf, config, filled(tf));
  const batch = tinyBatch(tf, config);
  const loss = tf.tidy(() => model.loss(batch).dataSync()[0] as number);
  expect(loss).toBeCloseTo(Math.log(config.model.vocabularySize), 5); // equal weights give equal logits
  disposeBatch(tf, batch);
  model.dispose();
});

test('layer normalization against values computed by hand', () => {
  const rows = tf.tidy(() => {
    const x = tf.tensor2d([
      [1, 2, 3, 4],
      [0, 0, 0, 8],
    ]);
    const [gain, bias] = [tf.tensor1d([1, 1, 2, 1]), tf.tensor1d([0, 0, 0, 5])];
    return normalize(tools, x, { kind: 'layer-norm', gain, bias } as never).arraySync();
  });
  // row 1: mean 2.5, variance 1.25; row 2: mean 2, variance 12
  const first = (x: number) => (x - 2.5) / Math.sqrt(1.25 + 1e-5);
  const second = (x: number) => (x - 2) / Math.sqrt(12 + 1e-5);
  const expected = [
    [first(1), first(2), 2 * first(3), first(4) + 5],
    [second(0), second(0), 2 * second(0), second(8) + 5],
  ];
  for (const [row, values] of expected.entries())
    for (const [column, value] of values.entries()) expect(rows[row]?.[column]).toBeCloseTo(value, 5);
});

test('GELU against known values of x·Φ(x)', () => {
  const values = tf.tidy(() => activate(tools, tf.tensor2d([[-1, 0, 1, 3]]), 'gelu').arraySync());
  // Φ(1) = 0.8413447461, Φ(3) = 0.9986501020
  for (const [index, expected] of [-0.1586552539, 0, 0.8413447461, 2.995950306].entries()) {
    expect(values[0]?.[index]).toBeCloseTo(expected, 5);
  }
});
