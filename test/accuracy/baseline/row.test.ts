import fc from 'fast-check';
import { expect, test } from 'vitest';
import { baselineRows } from '../../../src/accuracy/baseline/row.ts';
import type { ComparisonRow } from '../../../src/accuracy/compare.ts';
import { tallied } from '../../../src/accuracy/tally.ts';
import { shortHash } from '../../../src/config/configId.ts';
import { comparedRow } from '../exampleEstimator.ts';

const rowsOf = (comparisons: readonly ComparisonRow[]) => baselineRows(tallied(comparisons));

test('the hash is over the compared totals of the row, sorted, and of nothing else', () => {
  const b = comparedRow(300, 100, { configId: 'b' });
  const comparisons = [
    b,
    comparedRow(200, 100, { configId: 'a' }),
    comparedRow(7, 100, { estimator: 'another' }),
    { ...b, component: 'attention' as const },
    { ...b, configId: 'c', measuredBytes: null, errorBytes: null, verdict: 'not-applicable' as const },
  ];
  expect(rowsOf(comparisons)).toMatchObject([
    { estimator: 'another', predictionsHash: shortHash('000000000000 7') },
    { estimator: 'example', count: 2, predictionsHash: shortHash('a 200\nb 300') },
  ]);
});

test('one byte of one prediction changes it, whatever the statistics; what was measured does not', () => {
  const bytes = fc.integer({ min: 1, max: 2 ** 40 });
  fc.assert(
    fc.property(fc.array(fc.tuple(bytes, bytes), { minLength: 1, maxLength: 8 }), fc.nat(), (pairs, at) => {
      const comparisons = (predictedMore: number, measuredMore: number) =>
        pairs.map(([predicted, measured], index) =>
          comparedRow(
            predicted + (index === at % pairs.length ? predictedMore : 0),
            measured + (index === at % pairs.length ? measuredMore : 0),
            { configId: `c${index}` },
          ),
        );
      const [before] = rowsOf(comparisons(0, 0));
      expect(rowsOf(comparisons(1, 0))[0]?.predictionsHash).not.toBe(before?.predictionsHash);
      expect(rowsOf(comparisons(0, 1))[0]?.predictionsHash).toBe(before?.predictionsHash);
      expect(rowsOf(comparisons(0, 0).reverse())).toEqual([before]);
    }),
  );
});
