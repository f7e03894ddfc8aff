import { expect, test } from 'vitest';
import { obstacles } from '../../src/config/buildable.ts';
import { resolveConfig } from '../../src/config/resolve.ts';
import type { PartialConfig, RunConfig } from '../../src/config/schema.ts';

test('GPT-2 in float32 with Adam can be built', () => {
  expect(obstacles(resolveConfig({}))).toEqual([]);
});

type Step = RunConfig['step'];
const CHOICES: { readonly [Key in keyof Step]?: readonly Step[Key][] } = {
  optimizer: ['adam', 'adamw', 'sgd', 'momentum', 'rmsprop', 'adagrad', 'adamax', 'adam-per-variable'],
  precision: ['float32', 'autocast-float16', 'autocast-bfloat16', 'mixed-float16', 'mixed-bfloat16'],
  savedTensors: ['autodiff', 'minimal'],
  backward: ['retaining', 'freeing'],
  checkpointing: ['none', 'block', 'sqrt', 'selective'],
  gradients: ['freed', 'kept'],
  microBatches: [1, 4],
};

test('every technique can be built with every other', () => {
  let steps: PartialConfig['step'][] = [{}];
  for (const [key, values] of Object.entries(CHOICES))
    steps = steps.flatMap((step) => values.map((value) => ({ ...step, [key]: value })));
  expect(steps).toHaveLength(8 * 5 * 2 * 2 * 4 * 2 * 2);
  expect(steps.filter((step) => obstacles(resolveConfig({ step })).length > 0)).toEqual([]);
});

test.each([
  [
    { model: { architecture: 'encoder' }, step: { kind: 'inference', keyValueCache: 'concat' } },
    'step.keyValueCache',
    'only "decoder"',
  ],
  [{ step: { kind: 'inference', precision: 'mixed-float16' } }, 'step.precision', 'keeps 32-bit weights'],
  [{ step: { precision: 'int8-weights' } }, 'step.precision', 'which no gradient moves'],
  [{ step: { precision: 'float16' } }, 'step.precision', '"mixed-float16" trains'],
  [{ step: { precision: 'bfloat16' } }, 'step.precision', 'for inference'],
  [{ step: { precision: 'mixed-float16' }, runtime: { backend: 'javascript' } }, 'step.precision', '32-bit ones only'],
  [{ model: { vocabularySize: 1 } }, 'model.vocabularySize', 'nothing to predict'],
  [{ model: { attention: 'fused' } }, 'model.attention', 'TensorFlow.js has no fused attention kernel'],
  [{ runtime: { backend: 'shapes' } }, 'runtime.backend', 'not built yet'],
  [{ runtime: { backend: 'external' } }, 'runtime.backend', 'can be read, not run'],
  [{ runtime: { allocator: 'malloc', memoryLimitMiB: 64 } }, 'runtime.memoryLimitMiB', 'needs runtime.allocator'],
] as const)('what cannot be built is named by key, with the reason: %j', (partial, path, reason) => {
  expect(obstacles(resolveConfig(partial))).toEqual([{ path, reason: expect.stringContaining(reason) }]);
});
