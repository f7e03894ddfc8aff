import { describe, expect, it } from 'vitest';
import { obstacles } from '../../src/config/buildable.ts';
import { keyIs, nearestBuildable, neverBuilt, sizeIs } from '../../src/estimators/assumption.ts';
import { TINY, withKeys } from './sample.ts';

const tied = keyIs('tied', '', 'model.tiedEmbedding', [true]);
const untied = keyIs('untied', '', 'model.tiedEmbedding', [false]);
const wide = sizeIs('wide', '', 'model.feedForwardSize', ({ model }) => 8 * model.hiddenSize);

describe('nearestBuildable', () => {
  it('changes what an assumption needs, and nothing else', () => {
    const { config, unmet } = nearestBuildable(TINY, [untied, wide]);
    expect(config).toEqual(withKeys(TINY, { model: { tiedEmbedding: false, feedForwardSize: 512 } }));
    expect(unmet).toEqual([]);
  });

  it('leaves alone what cannot be built, and what no key decides', () => {
    const limited = withKeys(TINY, { runtime: { memoryLimitMiB: 100 } });
    const malloc = keyIs('malloc', '', 'runtime.allocator', ['malloc']); // which knows no limit
    expect(nearestBuildable(limited, [malloc, neverBuilt('never', '')])).toEqual({
      config: limited,
      unmet: ['malloc', 'never'],
    });
  });

  it('takes the first value that can be built', () => {
    const values = ['rotary', 'sinusoidal', 'learned'] as const;
    const none = withKeys(TINY, { model: { positions: 'none' } });
    const first = values.find((positions) => obstacles(withKeys(none, { model: { positions } })).length === 0);
    const { config } = nearestBuildable(none, [keyIs('either', '', 'model.positions', values)]);
    expect(config.model.positions).toBe(first);
  });

  it('does not break one assumption for another', () => {
    expect(nearestBuildable(TINY, [untied, tied])).toEqual({ config: TINY, unmet: ['untied'] });
  });

  it('leaves out a size that is not whole', () => {
    const half = sizeIs('half', '', 'model.feedForwardSize', ({ model }) => model.hiddenSize / 3);
    expect(nearestBuildable(TINY, [half])).toEqual({ config: TINY, unmet: ['half'] });
  });
});
