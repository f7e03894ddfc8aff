/** What two shallow models tell of a deep one, against the deep one itself, run whole. */
import { expect, test } from 'vitest';
import { resolveConfig } from '../../src/config/resolve.ts';
import type { PartialConfig, RunConfig } from '../../src/config/schema.ts';
import { extrapolated } from '../../src/shapes/depth.ts';
import { simulateQuantities, simulateWhole } from '../../src/shapes/quantities.ts';

const SMALL: PartialConfig = {
  model: { layers: 16, hiddenSize: 32, heads: 4, vocabularySize: 300 },
  batch: { size: 2, sequenceLength: 16 },
  runtime: { device: 'cpu', allocator: 'bfc' },
};

const configured = ({ model, batch, step, runtime }: PartialConfig): RunConfig =>
  resolveConfig({
    model: { ...SMALL.model, ...model },
    batch: { ...SMALL.batch, ...batch },
    step: { ...step },
    runtime: { ...SMALL.runtime, ...runtime },
  });

/** Each with a fullest place of its own. The one of 40 layers was once told wrong by two depths. */
const LINEAR: Readonly<Record<string, PartialConfig>> = {
  'the usual one': {},
  'saved by hand, few layers of a large vocabulary': {
    model: { layers: 16, heads: 2, feedForwardSize: 64, vocabularySize: 3000 },
    batch: { size: 4, sequenceLength: 16 },
    step: { savedTensors: 'minimal' },
  },
  'forty narrow layers': {
    model: { layers: 40, hiddenSize: 16, heads: 2, feedForwardSize: 64, vocabularySize: 20_000 },
    batch: { size: 1, sequenceLength: 4 },
  },
  'a backward that frees': { step: { backward: 'freeing' } },
  'every block computed again': { step: { checkpointing: 'block' } },
  'attention computed again, autocast': { step: { checkpointing: 'selective', precision: 'autocast-bfloat16' } },
  'two stacks': { model: { architecture: 'encoder-decoder' } },
  'grouped queries, rotated': {
    model: { keyValueHeads: 2, positions: 'rotary', normalization: 'rms-norm', gatedFeedForward: true, biases: false },
    step: { optimizer: 'momentum' },
  },
  'gradients of two micro-batches, summed one variable after the other': { step: { microBatches: 2 } },
  'a teacher inside of what is differentiated': { step: { teacher: 'inside', teacherLayers: 2 } },
  'a teacher outside, wider than its student': {
    step: { teacher: 'outside', teacherLayers: 1, teacherHiddenSize: 128, teacherHeads: 2 },
  },
  'on a GPU': { runtime: { device: 'gpu' }, step: { optimizer: 'adam-per-variable' } },
};

test.each(Object.entries(LINEAR))('%s: the same bytes by the same components', (_name, layer) => {
  const config = configured(layer);
  expect(extrapolated(config)).not.toBeNull();
  expect(simulateQuantities(config)).toEqual(simulateWhole(config));
});

test.each([
  ['too shallow to be worth it', { model: { layers: 9 } }],
  ['segments of √L blocks', { step: { checkpointing: 'sqrt' } }],
  [
    'a block that reaches into the next one',
    { step: { backward: 'freeing', microBatches: 2, checkpointing: 'block' } },
  ],
] as const)('%s: run whole', (_name, layer) => {
  expect(extrapolated(configured(layer))).toBeNull();
});
