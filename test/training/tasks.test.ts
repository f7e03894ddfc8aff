/** What only a model that is wired right can learn, from a fixed seed, on TensorFlow. */
import { expect, test } from 'vitest';
import { resolveConfig } from '../../src/config/resolve.ts';
import type { PartialConfig } from '../../src/config/schema.ts';
import type { Batch, Model } from '../../src/model/model.ts';
import type { Tensor1D, Tensor2D } from '../../src/model/tensorflow.ts';
import { createTransformer } from '../../src/model/transformer.ts';
import { drawn } from '../../src/model/variables.ts';
import { loadRuntime } from '../../src/runtime/load.ts';
import { createOptimizer } from '../../src/training/optimizers.ts';
import { plainStep } from './plainStep.ts';

const { tf } = loadRuntime('tensorflow');

const LENGTH = 6;
const SYMBOLS = 8;
/** Token 0 is none of the symbols: what stands before the first. */
const VOCABULARY = SYMBOLS + 1;

/** The same numbers on every machine. */
function sequences(count: number, seed: number): number[][] {
  let state = seed;
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0; // Numerical Recipes
    return 1 + (Math.floor(state / 2 ** 16) % SYMBOLS);
  };
  return Array.from({ length: count }, () => Array.from({ length: LENGTH }, next));
}

function train(
  keys: PartialConfig['model'],
  width: number,
  toBatch: (rows: number[][]) => Batch,
  steps: number,
): Model {
  const model = createTransformer(
    tf,
    resolveConfig({
      model: { layers: 2, hiddenSize: 32, heads: 4, feedForwardSize: 64, vocabularySize: VOCABULARY, ...keys },
      batch: { size: 32, sequenceLength: width },
    }),
    drawn(tf, 7, 0.1),
  );
  const optimizer = createOptimizer(tf, 'adam', 3e-3);
  for (let step = 0; step < steps; step++) {
    const batch = toBatch(sequences(32, 1000 + step));
    plainStep(
      tf,
      () => model.loss(batch),
      optimizer,
      () => {},
    );
    tf.dispose([batch.ids, batch.targets, ...(batch.source === null ? [] : [batch.source])]);
  }
  optimizer.dispose();
  return model;
}

/** The share of targets, from position `from` of each sequence on, that the model gives the largest logit; on sequences it never saw. */
function accuracy(model: Model, toBatch: (rows: number[][]) => Batch, width: number, from: number): number {
  return tf.tidy(() => {
    const batch = toBatch(sequences(32, 5));
    const right = tf.equal(tf.argMax(model.logits(batch), 1), batch.targets);
    return tf.mean(tf.cast(tf.slice(tf.reshape(right, [32, width]), [0, from]), 'float32')).dataSync()[0] as number;
  });
}

test('the encoder–decoder learns to reverse a sequence', () => {
  const toBatch = (rows: number[][]): Batch => ({
    source: tf.tensor2d(rows, [32, LENGTH], 'int32'),
    ids: tf.tensor2d(
      rows.map((row) => [0, ...row.toReversed().slice(0, -1)]),
      [32, LENGTH],
      'int32',
    ) as Tensor2D,
    targets: tf.tensor1d(
      rows.flatMap((row) => row.toReversed()),
      'int32',
    ) as Tensor1D,
  });
  const model = train({ architecture: 'encoder-decoder', layers: 1, maxPositions: LENGTH }, LENGTH, toBatch, 300);
  expect(accuracy(model, toBatch, LENGTH, 0)).toBeGreaterThan(0.98); // by chance 1/8
  model.dispose();
}, 120_000);

test('the decoder learns to copy a sequence', () => {
  const width = 2 * LENGTH; // row, 0, row without its last
  const whole = (row: number[]) => [...row, 0, ...row];
  const toBatch = (rows: number[][]): Batch => ({
    source: null,
    ids: tf.tensor2d(
      rows.map((row) => whole(row).slice(0, width)),
      [32, width],
      'int32',
    ) as Tensor2D,
    targets: tf.tensor1d(
      rows.flatMap((row) => whole(row).slice(1)),
      'int32',
    ) as Tensor1D,
  });
  const model = train({ positions: 'learned' }, width, toBatch, 300);
  expect(accuracy(model, toBatch, width, LENGTH)).toBeGreaterThan(0.98); // what comes before the 0 cannot be known
  model.dispose();
}, 120_000);
