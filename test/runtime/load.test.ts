import { expect, test } from 'vitest';
import { loadRuntime } from '../../src/runtime/load.ts';

test.each(['shapes', 'external'] as const)('nothing is loaded for the backend %s', (backend) => {
  expect(() => loadRuntime(backend)).toThrow(`runtime.backend: "${backend}" runs no steps`);
});
