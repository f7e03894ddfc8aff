/**
 * One of t shards of every layer (Shoeybi et al. 2019, "Megatron-LM", §3): heads and feed-forward divided at the same width. The same keys
 * say that heads and feed-forward columns were pruned.
 */
import { expect, test } from 'vitest';
import { resolveConfig } from '../../../src/config/resolve.ts';
import type { PartialConfig, RunConfig } from '../../../src/config/schema.ts';
import { tfjsClosedForm } from '../../../src/estimators/exact/tfjs-closed-form.ts';
import { totalOf } from '../sample.ts';
import { expectExact, WHOLE_STEP } from './exactOnTensorflow.ts';

/** L, B, S, H, heads, F, V of the whole layer. */
const SHAPES = [
  [1, 2, 16, 32, 8, 128, 50],
  [2, 3, 7, 24, 8, 64, 31],
  [1, 4, 12, 16, 8, 48, 23],
  [3, 2, 9, 48, 8, 80, 17],
] as const;
const DEGREES = [1, 2, 4, 8];

const shard = (
  [layers, size, sequenceLength, H, heads, F, vocabularySize]: (typeof SHAPES)[number],
  t: number,
  step: PartialConfig['step'] = {},
): RunConfig =>
  resolveConfig({
    model: { layers, hiddenSize: H, heads: heads / t, headSize: H / heads, feedForwardSize: F / t, vocabularySize },
    batch: { size, sequenceLength },
    step: { optimizer: 'sgd', ...step },
  });

const allShards = (step: PartialConfig['step'] = {}): RunConfig[] =>
  SHAPES.flatMap((shape) => DEGREES.map((t) => shard(shape, t, step)));

test('a shard is exact on TensorFlow for t = 1, 2, 4, 8, also with one head left', () => {
  expectExact(allShards(), WHOLE_STEP);
}, 60_000);

test('and with recomputation, in 16 bits, and with only what a formula lists', () => {
  const [shape] = SHAPES;
  expectExact([shard(shape, 2, { checkpointing: 'block' }), shard(shape, 8, { checkpointing: 'sqrt' })], WHOLE_STEP);
  const narrow = [2, 8].flatMap((t) => [
    shard(shape, t, { precision: 'autocast-bfloat16' }),
    shard(shape, t, { precision: 'mixed-float16', savedTensors: 'minimal' }),
  ]);
  expectExact(narrow, WHOLE_STEP);
}, 60_000);

test("heads that share no width of the model's, and any number of feed-forward columns", () => {
  const pruned = (heads: number, headSize: number, feedForwardSize: number): RunConfig =>
    resolveConfig({
      model: { layers: 2, hiddenSize: 20, heads, headSize, feedForwardSize, vocabularySize: 29 },
      batch: { size: 2, sequenceLength: 6 },
    });
  expectExact([pruned(3, 4, 7), pruned(1, 20, 80), pruned(1, 3, 33), pruned(7, 5, 1)], WHOLE_STEP);
}, 60_000);

test('per layer: 16NH + 8N + 6 is in every shard, 10NH + 7NF + 3A is divided, but for 3NH/t where one head is left', () => {
  for (const shape of SHAPES) {
    const [layers, B, S, H, heads, F] = shape;
    const [N, A] = [B * S, B * heads * S * S];
    const two = ([, ...others]: (typeof SHAPES)[number], count: number) =>
      [count, ...others] as unknown as typeof shape;
    for (const t of DEGREES) {
      const ofLayer =
        totalOf(tfjsClosedForm, shard(two(shape, layers + 1), t), 'activations') -
        totalOf(tfjsClosedForm, shard(shape, t), 'activations');
      const shared = t === heads ? (3 * N * H) / t : 0;
      expect(ofLayer).toBe(4 * (16 * N * H + 8 * N + 6 + (10 * N * H + 7 * N * F + 3 * A) / t - shared));
    }
  }
});
