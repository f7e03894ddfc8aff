/** The closed forms on TensorFlow: whole steps under its allocation log, every predicted quantity to the byte, component by component. */
import { describe, test } from 'vitest';
import { resolveConfig } from '../../../src/config/resolve.ts';
import type { PartialConfig, RunConfig } from '../../../src/config/schema.ts';
import { expectExact, WHOLE_STEP } from './exactOnTensorflow.ts';

/** L, B, S, H, a, F, V, positions beyond S: odd sequences, F far from 4H, vocabularies that no size divides. */
const SHAPES = [
  [1, 2, 6, 8, 2, 20, 13, 0],
  [2, 3, 5, 12, 3, 40, 11, 0],
  [1, 2, 9, 16, 4, 70, 17, 7],
  [3, 4, 3, 6, 2, 9, 29, 0],
  [1, 5, 4, 20, 5, 16, 31, 2],
  [1, 2, 11, 24, 3, 50, 7, 0],
  [2, 3, 8, 10, 2, 33, 23, 5],
  [1, 6, 2, 14, 7, 64, 19, 0],
  [4, 2, 7, 4, 2, 11, 37, 1],
] as const;

function configured(index: number, model: PartialConfig['model'], step: PartialConfig['step']): RunConfig {
  const [layers, size, sequenceLength, hiddenSize, heads, feedForwardSize, vocabularySize, more] = SHAPES[
    index % SHAPES.length
  ] as (typeof SHAPES)[number];
  return resolveConfig({
    model: {
      ...{ layers, hiddenSize, heads, feedForwardSize, vocabularySize },
      maxPositions: sequenceLength + more,
      tiedEmbedding: index % 2 === 0,
      ...model,
    },
    batch: { size, sequenceLength },
    step: { optimizer: 'sgd', ...step },
  });
}

const freeing = (config: RunConfig): RunConfig => ({ ...config, step: { ...config.step, backward: 'freeing' } });

describe("tfjs's own operations", () => {
  const POLICIES = [
    ...(['float32', 'autocast-bfloat16', 'mixed-bfloat16'] as const).map((precision) => ({ precision, dropout: 0.1 })),
    ...(['autocast-float16', 'mixed-float16'] as const).map((precision) => ({ precision, dropout: 0 })),
  ];
  test('under every precision, on three shapes each', () => {
    const configs = POLICIES.flatMap((policy, index) =>
      [0, 1, 2].map((other) => {
        const { precision, dropout } = policy;
        return configured(3 * index + other, { dropout }, { precision });
      }),
    );
    expectExact(configs, WHOLE_STEP);
  }, 120_000);

  test('with recomputation', () => {
    const configs = POLICIES.flatMap(({ precision, dropout }, index) =>
      (['selective', index % 2 === 0 ? 'block' : 'sqrt'] as const).map((checkpointing, other) =>
        configured(5 * index + 3 + other, { dropout }, { precision, checkpointing }),
      ),
    );
    expectExact(configs, WHOLE_STEP);
  }, 120_000);
});

test('the minimal forms, for every switch of the model', () => {
  const switches: PartialConfig['model'][] = [
    {},
    { dropout: 0.1 },
    { activation: 'gelu-tanh', dropout: 0.2 },
    { activation: 'relu' },
    { activation: 'silu', gatedFeedForward: true },
    { activation: 'relu', gatedFeedForward: true, biases: false },
    { normalization: 'rms-norm', headSize: 4, positions: 'rotary' },
    { positions: 'sinusoidal', headSize: 10 },
    { positions: 'none', normalizationPlacement: 'post' },
    { normalizationPlacement: 'post', dropout: 0.1 },
    { architecture: 'encoder', keyValueHeads: 1, dropout: 0.1 },
    { architecture: 'encoder-decoder', dropout: 0.1 },
    { architecture: 'encoder-decoder', normalizationPlacement: 'post' },
  ];
  const precisions = ['float32', 'autocast-bfloat16', 'mixed-float16'] as const;
  const recomputed = ['none', 'block', 'selective', 'sqrt'] as const;
  const configs = switches.map((model, index) =>
    configured(index, model, {
      ...{ savedTensors: 'minimal', precision: precisions[index % 3] as (typeof precisions)[number] },
      checkpointing: recomputed[index % 4] as (typeof recomputed)[number],
    }),
  );
  const others = configs.filter((_, index) => index % 3 === 1).map(freeing);
  expectExact([...configs, ...others], WHOLE_STEP);
}, 120_000);

test("tfjs's own operations, for every switch of the model", () => {
  const configs = [
    configured(0, { architecture: 'encoder-decoder', normalizationPlacement: 'post', activation: 'gelu-tanh' }, {}),
    configured(
      3,
      { positions: 'rotary', headSize: 4, keyValueHeads: 1, normalization: 'rms-norm', biases: false },
      { microBatches: 2, gradients: 'kept' },
    ),
    configured(
      8,
      { architecture: 'encoder', positions: 'sinusoidal', activation: 'silu', gatedFeedForward: true, dropout: 0.1 },
      { precision: 'autocast-float16', microBatches: 2 },
    ),
    configured(
      5,
      { activation: 'relu', positions: 'none' },
      { precision: 'mixed-bfloat16', checkpointing: 'selective' },
    ),
  ];
  expectExact(configs, WHOLE_STEP);
}, 120_000);

describe('the peak of a retaining backward', () => {
  test('with segments run again, the last of them shorter or not', () => {
    const configs = [2, 3, 7].flatMap((layers, index) =>
      (['block', 'sqrt'] as const).map((checkpointing, other) =>
        configured(2 * index + other, { layers }, { checkpointing }),
      ),
    );
    expectExact(configs, WHOLE_STEP);
  }, 120_000);

  test('at the embedding, where the vocabulary outweighs a block, and at GELU, where F does', () => {
    const configs = [
      configured(0, { vocabularySize: 900 }, { checkpointing: 'block' }),
      configured(3, { vocabularySize: 900 }, { checkpointing: 'sqrt' }),
      configured(1, { feedForwardSize: 900 }, { checkpointing: 'block' }),
    ];
    expectExact(configs, WHOLE_STEP);
  }, 120_000);

  test('with micro-batches and kept gradients, in a block and where gradients are added up', () => {
    const configs = [
      configured(3, {}, { microBatches: 2 }),
      configured(3, { tiedEmbedding: true }, { microBatches: 2, gradients: 'kept', checkpointing: 'sqrt' }),
      configured(7, {}, { microBatches: 3 }),
      configured(7, {}, { gradients: 'kept' }),
      configured(7, { hiddenSize: 28, vocabularySize: 2000 }, { microBatches: 3 }),
      configured(7, { hiddenSize: 56, feedForwardSize: 2000 }, { microBatches: 3, gradients: 'kept' }),
    ];
    expectExact(configs, WHOLE_STEP);
  }, 120_000);
});

test('the peak of a freeing backward', () => {
  const wide = { feedForwardSize: 200, vocabularySize: 7 };
  const configs = [
    configured(0, { vocabularySize: 601, layers: 2, feedForwardSize: 19 }, {}), // at the loss
    configured(1, wide, { gradients: 'kept' }), // in a block
    configured(2, { ...wide, activation: 'gelu-tanh' }, { precision: 'autocast-float16' }),
    configured(3, { vocabularySize: 2000 }, { precision: 'mixed-float16', microBatches: 2 }), // at the embedding
    configured(4, { normalizationPlacement: 'post' }, { precision: 'mixed-bfloat16', checkpointing: 'block' }),
    configured(5, { keyValueHeads: 1, headSize: 4, positions: 'rotary' }, { checkpointing: 'selective' }),
    configured(6, { dropout: 0.1, positions: 'sinusoidal', normalization: 'rms-norm' }, {}),
    configured(7, { hiddenSize: 7, gatedFeedForward: true, activation: 'silu' }, { checkpointing: 'sqrt' }),
    configured(8, { dropout: 0.1, biases: false }, { precision: 'autocast-bfloat16', gradients: 'kept' }),
    configured(9, { architecture: 'encoder-decoder', dropout: 0.1 }, { checkpointing: 'block', microBatches: 2 }),
  ];
  expectExact(configs.map(freeing), WHOLE_STEP);
}, 120_000);
