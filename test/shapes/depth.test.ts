/** Extrapolated and run whole: the same bytes, components and places, wherever the depth is said to be linear. */
import { expect, test } from 'vitest';
import { loadSweep, resolveAll, sweepEntries } from '../../src/cli/selection.ts';
import { configId } from '../../src/config/configId.ts';
import { resolveConfig } from '../../src/config/resolve.ts';
import type { RunConfig } from '../../src/config/schema.ts';
import { isLinearInDepth } from '../../src/shapes/depth.ts';
import { extrapolated, simulated } from '../../src/shapes/predict.ts';

const deeper = (config: RunConfig, layers: number): RunConfig => ({ ...config, model: { ...config.model, layers } });

const random = resolveAll(sweepEntries(loadSweep('exact')), 'cpu')
  .map((config) => deeper(config, 6))
  .filter(isLinearInDepth)
  .filter((_, index) => index % 6 === 0);

test.each(random.map((config) => [configId(config), config] as const))('%s', (_id, config) => {
  expect(extrapolated(config)).toEqual(simulated(config));
});

test('the peak of a step changes its phase with the depth, and is found all the same', () => {
  const sizes = { hiddenSize: 64, heads: 2, feedForwardSize: 64, vocabularySize: 3000 };
  const at = (layers: number) =>
    resolveConfig({ model: { ...sizes, layers }, batch: { size: 4, sequenceLength: 16 }, runtime: { device: 'cpu' } });
  const [shallow, deep] = [simulated(at(2)), simulated(at(24))].map((one) => one.get('requested')?.['step-peak'].peak);
  expect([shallow?.phase, deep?.phase]).toEqual(['optimizer', 'backward']);
  expect(extrapolated(at(24))).toEqual(simulated(at(24)));
});

test('a backward that frees, and recomputation, are run whole', () => {
  const linear = resolveConfig({ model: { layers: 12 } });
  expect(isLinearInDepth(linear)).toBe(true);
  expect(isLinearInDepth({ ...linear, step: { ...linear.step, backward: 'freeing' } })).toBe(false);
  expect(isLinearInDepth({ ...linear, step: { ...linear.step, checkpointing: 'block' } })).toBe(false);
});
