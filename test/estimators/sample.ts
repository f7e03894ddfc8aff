import * as fc from 'fast-check';
import { PRESETS } from '../../src/config/presets.ts';
import { mergeConfigs, resolveConfig } from '../../src/config/resolve.ts';
import type { PartialConfig, RunConfig } from '../../src/config/schema.ts';
import type { Estimator, Prediction } from '../../src/estimators/estimator.ts';
import type { Quantity } from '../../src/records/quantity.ts';

/** The two configurations of the golden vectors. */
export const GPT2_SMALL = resolveConfig(
  mergeConfigs(PRESETS['gpt2-small'] ?? {}, {
    model: { vocabularySize: 50304 },
    batch: { size: 12, sequenceLength: 1024 },
  }),
);
export const TINY = resolveConfig({
  model: { layers: 2, hiddenSize: 64, heads: 4, vocabularySize: 128 },
  batch: { size: 2, sequenceLength: 32 },
});

export const withKeys = (config: RunConfig, change: PartialConfig): RunConfig =>
  resolveConfig(mergeConfigs(config, change));

export function totalOf(estimator: Estimator, config: RunConfig, quantity: Quantity): number {
  const prediction = estimator.predict(config)[quantity];
  if (prediction?.kind !== 'bytes')
    throw new Error(`${estimator.id} has no ${quantity}: ${JSON.stringify(prediction)}`);
  return prediction.total;
}

export function componentsOf(prediction: Prediction | undefined): Readonly<Record<string, number>> {
  if (prediction?.kind !== 'bytes') throw new Error(`no bytes: ${JSON.stringify(prediction)}`);
  return prediction.components;
}

const small = (max: number) => fc.integer({ min: 1, max });

/** Every legal configuration of moderate size, built or not. */
export const anyConfig: fc.Arbitrary<RunConfig> = fc
  .record({
    groups: small(4),
    headsPerGroup: small(4),
    headSize: small(16),
    extraWidth: fc.constantFrom(0, 0, 0, 3),
    extraPositions: fc.constantFrom(0, 0, 7),
    microBatches: fc.constantFrom(1, 1, 2),
    micro: small(6),
    sequenceLength: small(40),
    model: fc.record({
      architecture: fc.constantFrom('decoder', 'decoder', 'decoder', 'encoder', 'encoder-decoder'),
      layers: small(6),
      feedForwardSize: fc.option(small(300), { nil: undefined }),
      vocabularySize: small(500),
      positions: fc.constantFrom('learned', 'learned', 'sinusoidal', 'rotary', 'none'),
      attention: fc.constantFrom('unfused', 'unfused', 'fused'),
      normalization: fc.constantFrom('layer-norm', 'layer-norm', 'rms-norm'),
      normalizationPlacement: fc.constantFrom('pre', 'pre', 'post'),
      activation: fc.constantFrom('gelu', 'gelu', 'gelu-tanh', 'relu', 'silu'),
      gatedFeedForward: fc.boolean(),
      biases: fc.boolean(),
      tiedEmbedding: fc.boolean(),
      dropout: fc.constantFrom(0, 0, 0.1),
    }),
    step: fc.record({
      kind: fc.constantFrom('training', 'training', 'inference'),
      optimizer: fc.constantFrom('adam', 'adam', 'sgd', 'adamw'),
      precision: fc.constantFrom('float32', 'float32', 'autocast-float16', 'mixed-bfloat16', 'float16'),
      savedTensors: fc.constantFrom('autodiff', 'minimal'),
      backward: fc.constantFrom('retaining', 'freeing'),
      checkpointing: fc.constantFrom('none', 'none', 'block', 'sqrt', 'selective'),
      gradients: fc.constantFrom('freed', 'kept'),
      teacher: fc.constantFrom('none', 'none', 'none', 'outside', 'inside'),
    }),
    device: fc.constantFrom('cpu', 'gpu'),
  })
  .map((draw) => {
    const headSize = draw.model.positions === 'rotary' ? 2 * draw.headSize : draw.headSize;
    // Of a teacher, all heads together are as wide as it is.
    const teacher =
      draw.step.teacher === 'none' ? {} : { teacherHiddenSize: draw.groups * draw.headsPerGroup * headSize };
    return resolveConfig({
      model: {
        ...draw.model,
        heads: draw.groups * draw.headsPerGroup,
        keyValueHeads: draw.groups,
        headSize,
        hiddenSize: draw.groups * draw.headsPerGroup * headSize + draw.extraWidth,
        maxPositions: draw.sequenceLength + draw.extraPositions,
      },
      batch: { size: draw.micro * draw.microBatches, sequenceLength: draw.sequenceLength },
      step: { ...draw.step, ...teacher, microBatches: draw.microBatches },
      runtime: { device: draw.device },
    } as PartialConfig);
  });

/** What the model code builds today: the ground of the exact sets. */
export const builtConfig: fc.Arbitrary<RunConfig> = fc
  .record({
    heads: fc.integer({ min: 2, max: 5 }),
    headSize: small(16),
    extraPositions: fc.constantFrom(0, 0, 9),
    batch: fc.record({ size: fc.integer({ min: 2, max: 6 }), sequenceLength: fc.integer({ min: 2, max: 40 }) }),
    model: fc.record({
      layers: small(5),
      feedForwardSize: small(4000),
      vocabularySize: fc.integer({ min: 2, max: 900 }),
      tiedEmbedding: fc.boolean(),
    }),
    device: fc.constantFrom('cpu', 'gpu'),
  })
  .map(({ heads, headSize, extraPositions, batch, model, device }) =>
    resolveConfig({
      model: {
        ...model,
        heads,
        hiddenSize: heads * headSize,
        maxPositions: batch.sequenceLength + extraPositions,
      },
      batch,
      runtime: { device },
    } as PartialConfig),
  );
