/** State and peak of every optimizer are the closed forms, in whole steps of nine models; test/cli has the components. */
import { expect, test } from 'vitest';
import { resolveConfig } from '../../src/config/resolve.ts';
import { type PartialConfig, runConfigSchema } from '../../src/config/schema.ts';
import { optimizerPeakBytes, optimizerStateBytes } from '../../src/estimators/exact/optimizerMemory.ts';
import { variableSizes } from '../../src/estimators/exact/parameterCount.ts';
import { FLOAT32_BYTES } from '../../src/units/bytes.ts';
import { stepsUnderLog } from './stepsUnderLog.ts';

const LLAMA: PartialConfig['model'] = {
  ...{ positions: 'rotary', normalization: 'rms-norm', activation: 'silu', gatedFeedForward: true },
  ...{ biases: false, tiedEmbedding: false },
};

const OPTIMIZERS = runConfigSchema.shape.step.shape.optimizer.options;

/** The largest variable is the embedding, the positions, or a matrix of a block. */
const MODELS: readonly PartialConfig['model'][] = [
  { layers: 1, hiddenSize: 16, heads: 2, feedForwardSize: 32, vocabularySize: 20 },
  { layers: 2, hiddenSize: 16, heads: 2, feedForwardSize: 32, vocabularySize: 60, tiedEmbedding: false },
  { layers: 1, hiddenSize: 24, heads: 3, feedForwardSize: 96, vocabularySize: 11, tiedEmbedding: false },
  { layers: 1, hiddenSize: 8, heads: 2, feedForwardSize: 32, vocabularySize: 40, maxPositions: 90 },
  { layers: 3, hiddenSize: 12, heads: 3, feedForwardSize: 48, vocabularySize: 37 },
  { layers: 1, hiddenSize: 16, heads: 2, feedForwardSize: 32, vocabularySize: 20, ...LLAMA, keyValueHeads: 1 },
  { layers: 2, hiddenSize: 24, heads: 2, feedForwardSize: 64, vocabularySize: 50, ...LLAMA },
  {
    ...{ architecture: 'encoder-decoder', layers: 1, hiddenSize: 16, heads: 2, feedForwardSize: 32 },
    ...{ vocabularySize: 20, positions: 'sinusoidal', normalizationPlacement: 'post', activation: 'relu' },
  },
  {
    ...{ architecture: 'encoder-decoder', layers: 1, hiddenSize: 8, heads: 2, feedForwardSize: 40 },
    ...{ vocabularySize: 12, dropout: 0.1 },
  },
];

test('eight optimizers on nine models', () => {
  const configs = OPTIMIZERS.flatMap((optimizer) =>
    MODELS.map((model) =>
      resolveConfig({ model: model ?? {}, batch: { size: 2, sequenceLength: 6 }, step: { optimizer } }),
    ),
  );
  const measured = stepsUnderLog(configs);
  const stateless = new Map<string, number>(); // weights and inputs of each model, by what sgd leaves of `steady`
  for (const [index, config] of configs.entries()) {
    if (config.step.optimizer !== 'sgd') continue;
    const steady = (measured[index] as (typeof measured)[number])('steady');
    stateless.set(JSON.stringify(config.model), steady - optimizerStateBytes('sgd', variableSizes(config)));
  }
  const found = configs.map((config, index) => {
    const read = measured[index] as (typeof measured)[number];
    return {
      config,
      state: read('steady') - (stateless.get(JSON.stringify(config.model)) as number),
      held: read('gradients-held') - read('steady'),
      peak: read('optimizer-peak') - read('gradients-held'),
    };
  });
  const expected = configs.map((config) => {
    const { optimizer } = config.step;
    const sizes = variableSizes(config);
    return {
      config,
      state: optimizerStateBytes(optimizer, sizes),
      held: FLOAT32_BYTES * (sizes.reduce((sum, size) => sum + size, 0) + 1), // the loss
      peak: optimizerPeakBytes(optimizer, sizes),
    };
  });
  expect(found).toEqual(expected);
}, 120_000);
