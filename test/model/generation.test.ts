/** Reading token by token with a cache says what reading everything at once says. */
import { expect, test } from 'vitest';
import { resolveConfig } from '../../src/config/resolve.ts';
import type { PartialConfig } from '../../src/config/schema.ts';
import { createKeyValueCache } from '../../src/model/keyValueCache.ts';
import type { Tensor2D } from '../../src/model/tensorflow.ts';
import { createTransformer } from '../../src/model/transformer.ts';
import { frozen } from '../../src/model/variables.ts';
import { loadRuntime } from '../../src/runtime/load.ts';
import { unalike } from './tinyModel.ts';

const { tf } = loadRuntime('tensorflow');
const IDS = [
  [1, 5, 9, 3, 2, 8, 4],
  [7, 7, 0, 6, 10, 3, 1],
];

const MODELS: Readonly<Record<string, PartialConfig['model']>> = {
  'the usual one': {},
  'learned positions, more than are used': { maxPositions: 12 },
  sinusoidal: { positions: 'sinusoidal', normalizationPlacement: 'post' },
  'rotary, grouped queries': { positions: 'rotary', keyValueHeads: 2, normalization: 'rms-norm', biases: false },
  'one head of keys, no positions': { positions: 'none', keyValueHeads: 1, tiedEmbedding: false },
};

test.each(
  Object.entries(MODELS).flatMap(([name, model]) =>
    (['concat', 'preallocated'] as const).flatMap((policy) =>
      [1, 3, 7].map((promptLength) => [name, policy, promptLength, model] as const),
    ),
  ),
)('%s, %s, a prompt of %i', (_name, keyValueCache, promptLength, model) => {
  const tensorsBefore = tf.memory().numTensors;
  const sizes = {
    model: { layers: 2, hiddenSize: 16, heads: 4, vocabularySize: 11, ...model },
    batch: { size: 2, sequenceLength: 7 },
  };
  const whole = resolveConfig({ ...sizes, step: { kind: 'inference', keyValueCache: 'none' } });
  const generating = resolveConfig({
    ...sizes,
    batch: { ...sizes.batch, promptLength },
    step: { kind: 'inference', keyValueCache },
  });
  const [reader, writer] = [whole, generating].map((config, index) =>
    createTransformer(tf, config, frozen(unalike(tf), `model${index}`)),
  );
  if (reader === undefined || writer?.next == null) throw new Error('no model');
  const { next } = writer;
  const all = tf.tidy(() =>
    tf.reshape(reader.logits({ ids: rowsOf(0, 7), source: null }), [2, 7, 11]).arraySync(),
  ) as number[][][];
  const cache = createKeyValueCache(tf, keyValueCache, 7);
  for (let from = 0; from < 7; ) {
    const to = from === 0 ? promptLength : from + 1;
    const logits = tf.tidy(() => next(rowsOf(from, to), cache).arraySync());
    for (const [sequence, row] of logits.entries()) {
      for (const [token, logit] of row.entries())
        expect(logit).toBeCloseTo(all[sequence]?.[to - 1]?.[token] ?? Number.NaN, 5); // float32, summed in another order
    }
    from = to;
  }
  expect(cache.length).toBe(7);
  cache.dispose();
  reader.dispose();
  writer.dispose();
  expect(tf.memory().numTensors).toBe(tensorsBefore);
});

const rowsOf = (from: number, to: number): Tensor2D =>
  tf.tensor2d(
    IDS.map((row) => row.slice(from, to)),
    [2, to - from],
    'int32',
  );
