import { describe, expect, it } from 'vitest';
import { articleAsPrinted } from '../../../src/estimators/article/article-as-printed.ts';
import { groundOf, matchOf, violatedAssumptions } from '../../../src/estimators/estimator.ts';
import { componentsOf, GPT2_SMALL, TINY, totalOf, withKeys } from '../sample.ts';

describe('article-as-printed', () => {
  it.each([
    [GPT2_SMALL, 123651072, 1978515456, 5898240000, 10349297664],
    [TINY, 107648, 1722880, 180224, 1935872],
  ])('says what the printed formulas say', (config, parameters, steady, activations, peak) => {
    expect(articleAsPrinted.countParameters?.(config)).toBe(parameters);
    expect(totalOf(articleAsPrinted, config, 'weights')).toBe(4 * parameters);
    expect(totalOf(articleAsPrinted, config, 'steady')).toBe(steady);
    expect(totalOf(articleAsPrinted, config, 'activations')).toBe(activations);
    expect(totalOf(articleAsPrinted, config, 'backward-peak')).toBe(peak);
    expect(totalOf(articleAsPrinted, config, 'step-peak')).toBe(peak);
  });

  it('lists 24E per layer but totals 14E', () => {
    const E = 2 * 32 * 64;
    const parts = componentsOf(articleAsPrinted.predict(TINY).activations);
    expect(parts).toEqual({
      normalization: 2 * 8 * E,
      attention: 2 * (4 * E + 4 * 2 * 32 * 32),
      'feed-forward': 2 * 12 * E,
      loss: 6 * 2 * 32 * 128,
      unitemised: 2 * -10 * E,
    });
  });

  it('adds an untied head, and is blind to the number of heads', () => {
    const untied = withKeys(TINY, { model: { tiedEmbedding: false } });
    expect(articleAsPrinted.countParameters?.(untied)).toBe(107648 + 128 * 64);
    const more = withKeys(TINY, { model: { heads: 8, keyValueHeads: 8, headSize: 8 } });
    expect(articleAsPrinted.predict(more)).toEqual(articleAsPrinted.predict(TINY));
  });

  it('takes the precision for a question of matching only', () => {
    const half = withKeys(TINY, { step: { precision: 'float16' } });
    expect(articleAsPrinted.predict(half)).toEqual(articleAsPrinted.predict(TINY));
    expect(violatedAssumptions(articleAsPrinted, half)).toContain('float32-weights');
    expect(matchOf(articleAsPrinted, half)).toBe('away');
  });

  it('has no ground with int64 inputs', () => {
    expect(groundOf(articleAsPrinted, TINY).unmet).toContain('int64-inputs');
  });
});
