import { expect, test } from 'vitest';
import { obstacles } from '../../src/config/buildable.ts';
import { resolveConfig } from '../../src/config/resolve.ts';

test('GPT-2 in float32 with Adam can be built', () => {
  expect(obstacles(resolveConfig({}))).toEqual([]);
});

test.each([
  [{ step: { precision: 'mixed-float16' } }, 'step.precision'],
  [{ runtime: { backend: 'shapes' } }, 'runtime.backend'],
  [{ runtime: { allocator: 'malloc', memoryLimitMiB: 64 } }, 'runtime.memoryLimitMiB'],
] as const)('what cannot be built yet is named by key: %j', (partial, path) => {
  expect(obstacles(resolveConfig(partial)).map((obstacle) => obstacle.path)).toEqual([path]);
});
