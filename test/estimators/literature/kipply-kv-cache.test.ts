import { expect, it } from 'vitest';
import { resolveConfig } from '../../../src/config/resolve.ts';
import { deploymentSchema } from '../../../src/estimators/deployment.ts';
import { violatedAssumptions } from '../../../src/estimators/estimator.ts';
import { kipplyKvCache } from '../../../src/estimators/literature/kipply-kv-cache.ts';
import { componentsOf, TINY, totalOf, withKeys } from '../sample.ts';

it("caches the post's 2,097,152 bytes per token of a 52B model", () => {
  const token = resolveConfig({
    model: { layers: 64, hiddenSize: 8192, heads: 64, maxPositions: 2048 },
    batch: { size: 1, sequenceLength: 1 },
  });
  expect(totalOf(kipplyKvCache, token, 'kv-cache')).toBe(2097152);
  const served = withKeys(token, { batch: { size: 4, sequenceLength: 2048 } });
  expect(totalOf(kipplyKvCache, served, 'kv-cache')).toBe(4 * 2048 * 2097152);
});

it('counts every head in 16 bits, whatever the model', () => {
  const bytes = 2 * 2 * 2 * 4 * 16 * (2 * 32); // k and v, bytes, layers, heads, their size, tokens
  expect(componentsOf(kipplyKvCache.predict(TINY)['kv-cache'])).toEqual({ attention: bytes });
  expect(totalOf(kipplyKvCache, withKeys(TINY, { model: { keyValueHeads: 1 } }), 'kv-cache')).toBe(bytes);
  expect(totalOf(kipplyKvCache, withKeys(TINY, { model: { headSize: 24 } }), 'kv-cache')).toBe(1.5 * bytes);
});

it('splits the cache by heads only', () => {
  const spread = (given: object) => kipplyKvCache.predict(TINY, deploymentSchema.parse(given))['kv-cache'];
  expect(componentsOf(spread({ tensorParallel: 2 }))['attention']).toBe(2 * 2 * 4 * 16 * (2 * 32));
  expect(spread({ pipelineParallel: 2 })?.kind).toBe('unsupported');
});

it('is about sampling in 16 bits', () => {
  const sampling = withKeys(TINY, { step: { kind: 'inference', precision: 'float16' } });
  expect(violatedAssumptions(kipplyKvCache, sampling)).toEqual([]);
  expect(violatedAssumptions(kipplyKvCache, TINY)).toEqual(['inference', 'sixteen-bit']);
});
