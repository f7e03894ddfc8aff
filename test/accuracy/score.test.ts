import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareRecords } from '../../src/accuracy/compare.ts';
import { scoreAccuracy, scoreboard } from '../../src/accuracy/score.ts';
import { exampleReading, measuredRecord } from '../records/exampleRecord.ts';
import { comparedRow, exampleEstimator } from './exampleEstimator.ts';

test('statistics of signed and absolute error ratios', () => {
  const rows = [
    comparedRow(100, 100, { configId: 'a' }),
    comparedRow(150, 100, { configId: 'b' }),
    comparedRow(25, 100, { configId: 'c' }),
    comparedRow(75, 100, { configId: 'd' }),
  ];
  expect(scoreAccuracy(rows)).toEqual([
    {
      estimator: 'example',
      quantity: 'step-peak',
      ledger: 'buffers',
      origin: 'memproof: tensorflow 2.18.0 on cpu',
      match: 'matched',
      count: 4,
      exactCount: 1,
      underCount: 2,
      underShare: 0.5,
      withoutRatioCount: 0,
      medianErrorRatio: -0.125,
      medianAbsoluteErrorRatio: 0.375,
      p90AbsoluteErrorRatio: 0.5 + 0.7 * 0.25,
      worstErrorRatio: -0.75,
      worstConfigId: 'c',
      minErrorRatio: -0.75,
      maxErrorRatio: 0.5,
      noiseRatio: null,
      rankCorrelation: null,
    },
  ]);
});

test('only compared totals count: components and what is not applicable do not', () => {
  const rows = compareRecords([measuredRecord([exampleReading(1000)])], [exampleEstimator()]);
  expect(rows).toHaveLength(6);
  expect(scoreAccuracy(rows)).toMatchObject([{ count: 1, medianErrorRatio: 0.1, match: 'nearest' }]);
  expect(scoreAccuracy([])).toEqual([]);
});

test('of two errors of one size the one that promises too little is the worst; then the smaller id', () => {
  const rows = [
    comparedRow(150, 100, { configId: 'a' }),
    comparedRow(50, 100, { configId: 'c' }),
    comparedRow(50, 100, { configId: 'b' }),
  ];
  expect(scoreAccuracy(rows)).toMatchObject([{ worstErrorRatio: -0.5, worstConfigId: 'b' }]);
});

test('measured 0: nothing predicted is exact, anything else is an error that no ratio expresses', () => {
  expect(scoreAccuracy([comparedRow(0, 0), comparedRow(8, 0)])).toMatchObject([
    { count: 2, exactCount: 1, withoutRatioCount: 1, medianErrorRatio: 0, maxErrorRatio: 0 },
  ]);
  expect(scoreAccuracy([comparedRow(8, 0)])).toMatchObject([
    { count: 1, withoutRatioCount: 1, medianErrorRatio: null, worstErrorRatio: null, worstConfigId: null },
  ]);
});

test('accuracy is split by match, the scoreboard is not', () => {
  const rows = [
    comparedRow(90, 100, { match: 'away' }),
    comparedRow(100, 100, { match: 'nearest' }),
    comparedRow(100, 100),
    comparedRow(100, 100, { estimator: 'another' }),
    comparedRow(100, 100, { quantity: 'weights' }),
  ];
  expect(scoreAccuracy(rows).map((row) => `${row.estimator} ${row.quantity} ${row.match}`)).toEqual([
    'another step-peak matched',
    'example weights matched',
    'example step-peak matched',
    'example step-peak nearest',
    'example step-peak away',
  ]);
  expect(scoreboard(rows)).toMatchObject([
    { estimator: 'another', count: 1, matchedCount: 1 },
    { estimator: 'example', quantity: 'weights', count: 1 },
    { estimator: 'example', quantity: 'step-peak', count: 3, matchedCount: 1, underCount: 1, exactCount: 2 },
  ]);
});

test('two origins are never one statistic, in the accuracy or on the scoreboard', () => {
  const rows = [comparedRow(50, 100, { origin: 'b on gpu' }), comparedRow(150, 100, { origin: 'a on cpu' })];
  for (const scored of [scoreAccuracy(rows), scoreboard(rows)]) {
    expect(scored.map(({ origin, count, medianErrorRatio }) => [origin, count, medianErrorRatio])).toEqual([
      ['a on cpu', 1, 0.5],
      ['b on gpu', 1, -0.5],
    ]);
  }
});

test('the order of the rows changes nothing, not even the last bit', () => {
  const size = fc.integer({ min: 0, max: 2 ** 45 });
  const row = fc
    .tuple(size, size, fc.constantFrom('a', 'b'), fc.constantFrom('x', 'y'), fc.constantFrom('matched', 'away'))
    .map(([predicted, measured, configId, estimator, match]) =>
      comparedRow(predicted, measured, { configId, estimator, match }),
    );
  const shuffled = fc
    .array(row)
    .chain((rows) => fc.tuple(fc.constant(rows), fc.shuffledSubarray(rows, { minLength: rows.length })));
  fc.assert(
    fc.property(shuffled, ([rows, others]) => {
      expect(scoreAccuracy(others)).toStrictEqual(scoreAccuracy(rows));
      expect(scoreboard(others)).toStrictEqual(scoreboard(rows));
    }),
  );
});
