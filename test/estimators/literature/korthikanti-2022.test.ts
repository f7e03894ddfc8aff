import { describe, expect, it } from 'vitest';
import { korthikanti2022 } from '../../../src/estimators/literature/korthikanti-2022.ts';
import { componentsOf, GPT2_SMALL, TINY, totalOf, withKeys } from '../sample.ts';

describe('korthikanti-2022', () => {
  it.each([
    [GPT2_SMALL, { none: 12910067712, selective: 3850371072, block: 226492416 }, 2519728128],
    [TINY, { none: 360448, selective: 278528, block: 16384 }, 53248],
  ])("gives the paper's layers and extras", (config, layers, extras) => {
    for (const [checkpointing, bytes] of Object.entries(layers)) {
      const step = { checkpointing: checkpointing as 'none' | 'selective' | 'block' };
      const parts = componentsOf(korthikanti2022.predict(withKeys(config, { step })).activations);
      const { embedding = 0, head = 0, loss = 0, ...perLayer } = parts;
      expect(embedding + head + loss).toBe(extras);
      expect(Object.values(perLayer).reduce((sum, part) => sum + part, 0)).toBe(bytes);
    }
  });

  it('adds both to the total', () => {
    expect(totalOf(korthikanti2022, GPT2_SMALL, 'activations')).toBe(15429795840);
  });

  it('stores 11, 19 and 4 sbh and 5as²b in a layer', () => {
    const sbh = 32 * 2 * 64;
    expect(componentsOf(korthikanti2022.predict(TINY).activations)).toMatchObject({
      attention: 2 * (11 * sbh + 5 * 4 * 32 * 32 * 2),
      'feed-forward': 2 * 19 * sbh,
      normalization: 2 * 4 * sbh,
    });
  });

  it('says nothing about groups of √L layers', () => {
    const sqrt = withKeys(TINY, { step: { checkpointing: 'sqrt' } });
    expect(korthikanti2022.predict(sqrt).activations?.kind).toBe('unsupported');
  });

  it('counts a micro-batch', () => {
    const one = withKeys(TINY, { step: { microBatches: 2 } });
    expect(totalOf(korthikanti2022, one, 'activations')).toBe(totalOf(korthikanti2022, TINY, 'activations') / 2);
  });
});
