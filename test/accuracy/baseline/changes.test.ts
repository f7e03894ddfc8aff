import { describe, expect, test } from 'vitest';
import { type AccuracyComparison, compareAccuracy, isFailing, isLoss } from '../../../src/accuracy/baseline/changes.ts';
import type { ComparisonRow } from '../../../src/accuracy/compare.ts';
import { comparedRow } from '../exampleEstimator.ts';
import { exampleAccuracyFile } from './exampleBaseline.ts';

const rows = [comparedRow(110, 100), comparedRow(120, 100), comparedRow(100, 100, { estimator: 'another' })];
const another = rows.slice(2);
const committed = exampleAccuracyFile(rows);

/** As many configurations as committed, unless that is what a test is about. */
const compare = (current: readonly ComparisonRow[], before = committed) =>
  compareAccuracy(exampleAccuracyFile(current, { configurations: before.configurations }), before);

const counts = ({ added, removed, changed, unchanged }: AccuracyComparison) => ({
  added: added.length,
  removed: removed.length,
  changed: changed.length,
  unchanged: unchanged.length,
});

/** `medianErrorRatio worse`, of the only row that changed. */
function onlyChange(comparison: AccuracyComparison) {
  const [change] = comparison.changed;
  expect(comparison.changed).toHaveLength(1);
  return {
    direction: change?.direction,
    predictions: change?.predictions,
    statistics: change?.statistics.map(({ name, direction }) => `${name} ${direction}`),
  };
}

test('the same rows are unchanged', () => {
  const comparison = compare(rows);
  expect(counts(comparison)).toEqual({ added: 0, removed: 0, changed: 0, unchanged: 2 });
  expect([isFailing(comparison), isLoss(comparison)]).toEqual([false, false]);
});

test('added rows do not fail, removed rows do', () => {
  const added = compare([...rows, comparedRow(1, 2, { estimator: 'third' })]);
  expect([counts(added), isFailing(added)]).toEqual([{ added: 1, removed: 0, changed: 0, unchanged: 2 }, false]);
  const removed = compare(rows.slice(0, 2));
  expect([counts(removed), isFailing(removed)]).toEqual([{ added: 0, removed: 1, changed: 0, unchanged: 1 }, true]);
});

test('fewer configurations fail although every row is as it was, more do not', () => {
  const over = (configurations: number) => compareAccuracy(exampleAccuracyFile(rows, { configurations }), committed);
  expect([isFailing(over(2)), isLoss(over(2))]).toEqual([true, true]);
  expect([isFailing(over(4)), isLoss(over(4))]).toEqual([false, false]);
});

describe('a changed row', () => {
  test('with a larger error is worse, and says what was and is', () => {
    const comparison = compare([comparedRow(110, 100), comparedRow(125, 100), ...another]);
    expect(onlyChange(comparison)).toEqual({
      direction: 'worse',
      predictions: 'other',
      statistics: [
        'medianErrorRatio worse',
        'medianAbsoluteErrorRatio worse',
        'p90AbsoluteErrorRatio worse',
        'worstErrorRatio worse',
        'maxErrorRatio worse',
      ],
    });
    expect(comparison.changed[0]?.statistics[3]).toMatchObject({ committed: 0.2, current: 0.25 });
    expect([isFailing(comparison), isLoss(comparison)]).toEqual([true, true]);
  });

  test('with a smaller error fails too, and loses nothing', () => {
    const comparison = compare([comparedRow(105, 100), comparedRow(120, 100), ...another]);
    expect(onlyChange(comparison)).toMatchObject({ direction: 'better', predictions: 'other' });
    expect([isFailing(comparison), isLoss(comparison)]).toEqual([true, false]);
  });

  test('better in one way and worse in another is worse', () => {
    const comparison = compare([comparedRow(100, 100), comparedRow(140, 100), ...another]);
    expect(onlyChange(comparison).statistics).toEqual(
      expect.arrayContaining(['exactCount better', 'worstErrorRatio worse']),
    );
    expect(onlyChange(comparison).direction).toBe('worse');
  });

  test('of errors as large that have become under-estimates is worse: they end in an out-of-memory', () => {
    const comparison = compare([comparedRow(90, 100), comparedRow(80, 100), ...another]);
    expect(onlyChange(comparison)).toMatchObject({
      direction: 'worse',
      statistics: expect.arrayContaining(['medianErrorRatio neither', 'underCount worse']),
    });
  });

  test('with other predictions and the same statistics is seen by its hash, and is no loss', () => {
    // Eleven errors: the median and the 90th percentile are one of them each, and neither moves.
    const predictions = [110, 120, 130, 140, 150, 160, 170, 180, 190, 200, 210];
    const before = exampleAccuracyFile(predictions.map((bytes) => comparedRow(bytes, 100)));
    const now = predictions.map((bytes) => comparedRow(bytes === 120 ? 121 : bytes === 140 ? 139 : bytes, 100));
    const comparison = compare(now, before);
    expect(onlyChange(comparison)).toEqual({ direction: 'neither', predictions: 'other', statistics: [] });
    expect([isFailing(comparison), isLoss(comparison)]).toEqual([true, false]);
  });

  test('with the same predictions was measured otherwise', () => {
    const comparison = compare([comparedRow(110, 100), comparedRow(120, 101), ...another]);
    expect(onlyChange(comparison)).toMatchObject({ direction: 'better', predictions: 'same' });
  });

  test('one byte away from exact is worse: a tolerance that is relative to 0 is 0', () => {
    const comparison = compare([...rows.slice(0, 2), comparedRow(1e9 + 1, 1e9, { estimator: 'another' })]);
    expect(onlyChange(comparison).statistics).toEqual(
      expect.arrayContaining(['medianErrorRatio worse', 'exactCount worse']),
    );
  });

  test('over fewer configurations is worse even where the rest is good', () => {
    expect(onlyChange(compare([comparedRow(110, 100), ...another]))).toMatchObject({
      direction: 'worse',
      statistics: expect.arrayContaining(['count worse', 'worstErrorRatio better']),
    });
  });

  test('over more configurations is neither better nor worse by that, nor by what is counted among them', () => {
    const predictions = [100, 90, 90, 90];
    const before = exampleAccuracyFile(predictions.map((bytes) => comparedRow(bytes, 100)));
    const now = [...predictions, ...predictions].map((bytes) => comparedRow(bytes, 100));
    expect(onlyChange(compare(now, before))).toEqual({
      direction: 'neither',
      predictions: 'other',
      statistics: ['exactCount neither', 'underCount neither', 'count neither'],
    });
  });

  test('with an error that no ratio expresses does not hide', () => {
    const zero = (bytes: number) => comparedRow(bytes, 0);
    const onlyZero = exampleAccuracyFile([zero(8)]);
    expect(counts(compare([zero(8)], onlyZero))).toMatchObject({ unchanged: 1, changed: 0 });
    expect(onlyChange(compare([comparedRow(9, 8)], onlyZero)).direction).toBe('better');
    expect(onlyChange(compare([zero(8)], exampleAccuracyFile([comparedRow(9, 8)])))).toMatchObject({
      direction: 'worse',
      statistics: expect.arrayContaining(['medianErrorRatio worse', 'withoutRatioCount worse']),
    });
  });
});

describe('the tolerance', () => {
  test('is the one of the committed file, in both directions', () => {
    const wide = exampleAccuracyFile(rows, { tolerance: { relative: 0.5, note: 'this allocator depends on history' } });
    const measured = (bytes: number) => [comparedRow(110, 100), comparedRow(120, bytes), ...another];
    expect(counts(compare(measured(102), wide))).toMatchObject({ changed: 0 });
    expect(onlyChange(compare(measured(90), wide)).direction).toBe('worse');
    expect(onlyChange(compare(measured(119), wide)).direction).toBe('better');
  });

  test('of allocated lets readings move and does not ask them to be exact', () => {
    const allocated = (predicted: number, measured: number) =>
      comparedRow(predicted, measured, { ledger: 'allocated' });
    const before = exampleAccuracyFile([allocated(100, 100)]);
    expect(counts(compare([allocated(100, 105)], before))).toMatchObject({ changed: 0, unchanged: 1 });
    expect(onlyChange(compare([allocated(100, 120)], before))).toMatchObject({
      direction: 'worse',
      predictions: 'same',
      statistics: expect.not.arrayContaining([expect.stringMatching('exactCount|underCount')]),
    });
  });

  test('does not reach predictions: they are exact in every ledger', () => {
    const before = exampleAccuracyFile([comparedRow(100, 100, { ledger: 'allocated' })]);
    const now = [comparedRow(101, 100, { ledger: 'allocated' })];
    expect(onlyChange(compare(now, before))).toEqual({ direction: 'neither', predictions: 'other', statistics: [] });
  });
});

test('between a CPU and a GPU every configuration has another id: statistics are compared, hashes are not', () => {
  const environment = { device: 'gpu' as const, deviceName: 'NVIDIA H100', tensorflow: '2.18.1' };
  const onGpu = (predicted: number) =>
    exampleAccuracyFile(
      [comparedRow(110, 100, { configId: 'g' }), comparedRow(predicted, 100, { configId: 'h' }), ...another],
      {
        environment,
      },
    );
  expect(counts(compareAccuracy(onGpu(120), committed))).toMatchObject({ changed: 0, unchanged: 2 });
  expect(onlyChange(compareAccuracy(onGpu(125), committed))).toMatchObject({
    direction: 'worse',
    predictions: 'not-compared',
  });
});
