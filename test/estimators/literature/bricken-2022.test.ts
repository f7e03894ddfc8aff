import { describe, expect, it } from 'vitest';
import { groundOf } from '../../../src/estimators/estimator.ts';
import { bricken2022 } from '../../../src/estimators/literature/bricken-2022.ts';
import { componentsOf, GPT2_SMALL, TINY, totalOf } from '../sample.ts';

const run = (input: Record<string, unknown>) => bricken2022.originals?.[0]?.run(input);

describe('bricken-2022', () => {
  it.each([
    [GPT2_SMALL, 123604992, 4633657344, 39046938624],
    [TINY, 107008, 147456, 2891776],
  ])("gives the post's equations", (config, parameters, elements, bytes) => {
    expect(bricken2022.countParameters?.(config)).toBe(parameters);
    expect(totalOf(bricken2022, config, 'weights')).toBe(4 * parameters);
    expect(totalOf(bricken2022, config, 'activations')).toBe(4 * elements);
    expect(totalOf(bricken2022, config, 'backward-peak')).toBe(bytes);
    expect(totalOf(bricken2022, config, 'step-peak')).toBe(bytes);
  });

  it('gives the numbers that the post prints', () => {
    // GPT-2 small and a batch of 8 are the post's own values; it cuts 26.68 to "26.6", and rounds the other two.
    expect(run({})).toMatchObject({ model_params: 123568896, act_params: 3088334848 });
    expect(Number(run({})?.['gigabytes_used']).toFixed(2)).toBe('26.68');
    expect(Number(run({ B: 1 })?.['gigabytes_used']).toFixed(1)).toBe('5.1');
    expect(Number(run({ L: 24, N: 16, E: 1024, B: 1 })?.['gigabytes_used']).toFixed(1)).toBe('12.5');
  });

  it('splits 14E and NT of a layer', () => {
    const perElement = 4 * 2 * 32 * 2; // bytes, batch, sequence, layers
    expect(componentsOf(bricken2022.predict(TINY).activations)).toEqual({
      embedding: 4 * 2 * 32 * 128,
      attention: perElement * (5 * 64 + 4 * 32),
      residual: perElement * 2 * 64,
      normalization: perElement * 2 * 64,
      'feed-forward': perElement * 5 * 64,
      loss: 4 * 2 * 32 * 128,
    });
  });

  it('is met on its own ground', () => {
    const { config, unmet } = groundOf(bricken2022, TINY);
    expect(unmet).toEqual([]);
    expect(config.step).toMatchObject({ precision: 'float32', savedTensors: 'minimal', backward: 'retaining' });
  });
});
