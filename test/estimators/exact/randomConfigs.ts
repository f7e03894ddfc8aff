/** Random small models and steps of the whole family, lopsided, so that each switch and each dimension stands out somewhere. */
import * as fc from 'fast-check';
import { obstacles } from '../../../src/config/buildable.ts';
import { contradictions, resolveConfig } from '../../../src/config/resolve.ts';
import type { RunConfig } from '../../../src/config/schema.ts';

const switches = fc.record({
  architecture: fc.constantFrom('decoder' as const, 'decoder' as const, 'encoder' as const, 'encoder-decoder' as const),
  layers: fc.integer({ min: 1, max: 4 }),
  positions: fc.constantFrom('learned' as const, 'sinusoidal' as const, 'rotary' as const, 'none' as const),
  normalization: fc.constantFrom('layer-norm' as const, 'rms-norm' as const),
  normalizationPlacement: fc.constantFrom('pre' as const, 'post' as const),
  activation: fc.constantFrom('gelu' as const, 'gelu-tanh' as const, 'relu' as const, 'silu' as const),
  gatedFeedForward: fc.boolean(),
  biases: fc.boolean(),
  tiedEmbedding: fc.boolean(),
  dropout: fc.constantFrom(0, 0, 0.1),
});

const step = fc.record({
  optimizer: fc.constantFrom('adam' as const, 'sgd' as const, 'adamax' as const),
  precision: fc.constantFrom(
    'float32' as const,
    'float32' as const,
    'autocast-float16' as const,
    'autocast-bfloat16' as const,
    'mixed-float16' as const,
    'mixed-bfloat16' as const,
  ),
  savedTensors: fc.constantFrom('autodiff' as const, 'minimal' as const),
  backward: fc.constantFrom('retaining' as const, 'freeing' as const),
  checkpointing: fc.constantFrom(
    'none' as const,
    'none' as const,
    'block' as const,
    'sqrt' as const,
    'selective' as const,
  ),
  gradients: fc.constantFrom('freed' as const, 'kept' as const),
  microBatches: fc.constantFrom(1, 1, 2, 3),
});

const sizes = fc.record({
  feedForwardSize: fc.constantFrom(2, 5, 40, 200),
  vocabularySize: fc.constantFrom(2, 7, 60, 400, 2000),
  keyValueHeads: fc.integer({ min: 1, max: 3 }),
  ofAGroup: fc.constantFrom(1, 1, 2, 3),
  halfHeadSize: fc.constantFrom(0.5, 1, 2, 3.5, 5),
  ownWidth: fc.constantFrom(null, null, 2, 33),
  sequenceLength: fc.constantFrom(2, 5, 24, 64),
  unusedPositions: fc.constantFrom(0, 3, 40),
  ofEach: fc.integer({ min: 1, max: 3 }),
  device: fc.constantFrom('cpu' as const, 'cpu' as const, 'gpu' as const),
});

const teacher = fc.option(
  fc.record({
    teacher: fc.constantFrom('inside' as const, 'outside' as const),
    teacherLayers: fc.integer({ min: 1, max: 3 }),
    teacherFeedForwardSize: fc.constantFrom(3, 100),
    groups: fc.integer({ min: 1, max: 3 }),
    ofAHead: fc.constantFrom(2, 8),
  }),
  { freq: 2, nil: null },
);

/** Of which one dwarfs the others, so that places are the fullest that seldom are. */
const dwarfing = fc.constantFrom<Readonly<Record<string, number>>>(
  ...[{}, {}, {}, {}, { feedForwardSize: 3000, vocabularySize: 2, ownWidth: 2 }],
  ...[
    { sequenceLength: 96, halfHeadSize: 1 },
    { ownWidth: 300, feedForwardSize: 1 },
  ],
  ...[
    { halfHeadSize: 32, ownWidth: 2 },
    { vocabularySize: 3000, ownWidth: 2 },
  ],
);

const sized = fc.tuple(switches, sizes, dwarfing).map(([model, sizes, dwarf]) => {
  const { keyValueHeads, ofAGroup, halfHeadSize, ownWidth, sequenceLength, unusedPositions, ...others } = {
    ...sizes,
    ...dwarf,
  };
  const { feedForwardSize, vocabularySize, ofEach, device } = others;
  const heads = keyValueHeads * ofAGroup;
  const headSize = model.positions === 'rotary' ? 2 * Math.ceil(halfHeadSize) : 2 * halfHeadSize; // pairs are turned
  return {
    model: {
      ...{ ...model, feedForwardSize, vocabularySize, heads, keyValueHeads, headSize },
      hiddenSize: ownWidth ?? Math.max(2, heads * headSize),
      maxPositions: sequenceLength + unusedPositions,
    },
    ...{ sequenceLength, ofEach, ofAGroup, device },
  };
});

const isBuilt = (config: RunConfig): boolean => contradictions(config).length === 0 && obstacles(config).length === 0;

export const trainingConfigs: fc.Arbitrary<RunConfig> = fc
  .tuple(sized, step, teacher)
  .map(([{ model, sequenceLength, ofEach, ofAGroup, device }, step, teacher]) =>
    resolveConfig({
      model,
      batch: { size: step.microBatches * ofEach, sequenceLength },
      step: { ...step, ...teacherKeys(ofAGroup, teacher) },
      runtime: { device },
    }),
  )
  .filter(isBuilt);

/** Its heads share keys and values as the student's do. */
function teacherKeys(ofAGroup: number, own: { groups: number; ofAHead: number; teacher: 'inside' | 'outside' } | null) {
  if (own === null) return {};
  const { groups, ofAHead, ...keys } = own;
  const teacherHeads = groups * ofAGroup;
  return { ...keys, teacherHeads, teacherHiddenSize: teacherHeads * ofAHead };
}

const inference = fc.record({
  precision: fc.constantFrom('float32' as const, 'float16' as const, 'bfloat16' as const, 'int8-weights' as const),
  keyValueCache: fc.constantFrom('none' as const, 'concat' as const, 'preallocated' as const),
  promptShare: fc.constantFrom(0, 0.3, 0.7, 1),
});

/** Of inference: every policy of the cache, with a prompt of any length. */
export const inferenceConfigs: fc.Arbitrary<RunConfig> = fc
  .tuple(sized, inference)
  .map(([{ model, sequenceLength, ofEach, device }, { precision, keyValueCache, promptShare }]) => {
    const generates = model.architecture === 'decoder' && keyValueCache !== 'none';
    const promptLength = generates ? Math.max(1, Math.round(promptShare * sequenceLength)) : null;
    return resolveConfig({
      model: { ...model, dropout: 0 },
      batch: { size: ofEach, sequenceLength, promptLength },
      step: { kind: 'inference', precision, keyValueCache: generates ? keyValueCache : 'none' },
      runtime: { device },
    });
  })
  .filter(isBuilt);
