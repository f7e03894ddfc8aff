import { describe, expect, it } from 'vitest';
import { articleCorrected } from '../../../src/estimators/article/article-corrected.ts';
import { rees2023 } from '../../../src/estimators/literature/rees-2023.ts';
import { componentsOf, GPT2_SMALL, TINY, totalOf, withKeys } from '../sample.ts';

describe('article-corrected', () => {
  it.each([
    [GPT2_SMALL, 124475904],
    [TINY, 110336],
  ])("is Rees's derivation with every parameter and 16 bytes of data per token", (config, parameters) => {
    const extra =
      16 * (parameters - (rees2023.countParameters?.(config) ?? 0)) +
      16 * config.batch.size * config.batch.sequenceLength;
    expect(articleCorrected.countParameters?.(config)).toBe(parameters);
    expect(articleCorrected.predict(config).activations).toEqual(rees2023.predict(config).activations);
    for (const quantity of ['steady', 'backward-peak', 'step-peak'] as const) {
      expect(totalOf(articleCorrected, config, quantity)).toBe(totalOf(rees2023, config, quantity) + extra);
    }
  });

  it('follows the feed-forward width', () => {
    const wide = withKeys(TINY, { model: { feedForwardSize: 300 } });
    const parts = componentsOf(articleCorrected.predict(wide).activations);
    expect(parts['feed-forward']).toBe(2 * 2 * 32 * (2 * 64 + 4 * 300));
  });

  it('says that it cannot count an encoder-decoder', () => {
    const both = withKeys(TINY, { model: { architecture: 'encoder-decoder' } });
    expect(articleCorrected.predict(both).activations?.kind).toBe('unsupported');
  });
});
