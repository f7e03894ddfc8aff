import { describe, expect, test } from 'vitest';
import { partsSummaries } from '../../../src/accuracy/residuals/summary.ts';
import { compared } from './itemisedExample.ts';

const measured = { attention: 400, loss: 550, head: 50 };
const AWAY = { matched: (config: never) => ({ config, unmet: [] }) };

test('signed medians in measured totals, the largest first, without what is exact', () => {
  const [summary] = partsSummaries([
    ...compared({ attention: 500, loss: 250, head: 50 }, measured),
    ...compared({ attention: 420, loss: 350, head: 50 }, measured),
    ...compared({ attention: 440, loss: 50, head: 50 }, measured),
  ]);
  expect(summary).toMatchObject({
    ...{ estimator: 'example', quantity: 'step-peak', ledger: 'buffers', match: 'nearest', count: 3, of: 3 },
    ...{ totalShare: -0.2, uncounted: [], unitemisedShare: 0, isSum: false },
    errors: [
      { component: 'loss', share: -0.3 },
      { component: 'attention', share: 0.04 },
    ],
  });
});

describe('what is never counted', () => {
  test('a twentieth of the total or more, and 0 on every configuration', () => {
    const [summary] = partsSummaries([
      ...compared({ attention: 400 }, measured),
      ...compared({ attention: 400, loss: 0, head: 1 }, measured),
    ]);
    expect(summary?.uncounted).toEqual([{ component: 'loss', share: 0.55 }]);
    const [often] = partsSummaries(compared({ attention: 400 }, measured));
    expect(often?.uncounted).toEqual([
      { component: 'loss', share: 0.55 },
      { component: 'head', share: 0.05 },
    ]);
    const [small] = partsSummaries(compared({ attention: 400 }, { ...measured, loss: 551, head: 49 }));
    expect(small?.uncounted).toEqual([{ component: 'loss', share: 0.551 }]);
  });

  test('what is not itemised stands beside it, and among the errors', () => {
    const [summary] = partsSummaries(compared({ attention: 400, unitemised: 300 }, measured));
    expect(summary).toMatchObject({ unitemisedShare: 0.3, isSum: false });
    expect(summary?.errors.map(({ component }) => component)).toEqual(['loss', 'unitemised', 'head']);
  });

  test('a formula without parts is a sum; one that predicts nothing at all is none', () => {
    expect(partsSummaries(compared({ unitemised: 300 }, measured))[0]?.isSum).toBe(true);
    expect(partsSummaries(compared({ attention: 0 }, measured))[0]?.isSum).toBe(false);
  });
});

describe('which comparisons', () => {
  test('the ledger requested where there is one', () => {
    const buffers = compared({ attention: 1 }, measured);
    const requested = compared({ attention: 2 }, measured, { ledger: 'requested' });
    expect(partsSummaries(buffers)[0]?.ledger).toBe('buffers');
    expect(partsSummaries([...buffers, ...requested]).map(({ ledger, of }) => [ledger, of])).toEqual([
      ['requested', 1],
    ]);
  });

  test('those nearest to the ground of the formula', () => {
    const away = compared({ attention: 1 }, measured, AWAY);
    const near = compared({ attention: 100 }, measured);
    expect(partsSummaries([...away, ...away])[0]).toMatchObject({ match: 'away', count: 2, of: 2 });
    expect(partsSummaries([...away, ...near, ...away])[0]).toMatchObject({
      match: 'nearest',
      count: 1,
      of: 3,
      totalShare: -0.9,
    });
  });

  test('none on which nothing was measured', () => {
    expect(partsSummaries(compared({ attention: 1 }, { attention: 0 }))).toEqual([]);
  });
});
