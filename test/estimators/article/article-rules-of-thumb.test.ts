import { describe, expect, it } from 'vitest';
import { articleRulesOfThumb } from '../../../src/estimators/article/article-rules-of-thumb.ts';
import { matchOf } from '../../../src/estimators/estimator.ts';
import { TINY, totalOf } from '../sample.ts';

describe('article-rules-of-thumb', () => {
  it('multiplies the model memory by two and by four', () => {
    expect(totalOf(articleRulesOfThumb, TINY, 'inference-peak')).toBe(2 * 4 * 107648);
    expect(totalOf(articleRulesOfThumb, TINY, 'step-peak')).toBe(4 * 4 * 107648);
    expect(matchOf(articleRulesOfThumb, TINY)).toBe('matched');
  });
});
