import { describe, expect, test } from 'vitest';
import {
  type AccuracyFile,
  accuracyFileText,
  compareAccuracy,
  DEFAULT_TOLERANCE,
  isRegression,
  parseAccuracyFile,
  toAccuracyFile,
} from '../../src/accuracy/baseline.ts';
import type { ComparisonRow } from '../../src/accuracy/compare.ts';
import { scoreAccuracy } from '../../src/accuracy/score.ts';
import { comparedRow } from './exampleEstimator.ts';

const fileOf = (rows: ComparisonRow[], tolerance = DEFAULT_TOLERANCE): AccuracyFile =>
  toAccuracyFile(scoreAccuracy(rows), { device: 'cpu', sweep: 'example', configurations: rows.length, tolerance });

const rows = [comparedRow(110, 100), comparedRow(120, 100), comparedRow(100, 100, { estimator: 'another' })];
const committed = fileOf(rows);

describe('the file', () => {
  test('the same accuracy is the same text, whatever the order of the rows', () => {
    const reversed = toAccuracyFile([...committed.rows].reverse(), committed);
    expect(accuracyFileText(reversed)).toBe(accuracyFileText(committed));
    const shuffledKeys = committed.rows.map((row) => Object.fromEntries(Object.entries(row).reverse()) as typeof row);
    expect(accuracyFileText(toAccuracyFile(shuffledKeys, committed))).toBe(accuracyFileText(committed));
  });

  test('reads back as it was written', () => {
    const text = accuracyFileText(committed);
    expect(text.startsWith('{\n  "version": 1,\n  "device": "cpu",\n  "sweep": "example",\n')).toBe(true);
    expect(text.endsWith('}\n')).toBe(true);
    expect(parseAccuracyFile(JSON.parse(text), 'x.accuracy.json')).toEqual(committed);
  });

  test.each([
    ['another version', { ...committed, version: 2 }, 'version'],
    ['an unknown key', { ...committed, more: 1 }, 'more'],
    ['a number that is text', { ...committed, rows: [{ ...committed.rows[0], count: '1' }] }, 'rows.0.count'],
    ['two rows of one kind', { ...committed, rows: [committed.rows[0], committed.rows[0]] }, 'two rows'],
    ['no object', null, '(whole)'],
  ])('%s is refused and named', (_, value, named) => {
    expect(() => parseAccuracyFile(value, 'x.accuracy.json')).toThrow(
      expect.objectContaining({ code: 'E_ACCURACY_FILE', message: expect.stringContaining(named) }),
    );
  });
});

describe('the comparison', () => {
  const compare = (current: ComparisonRow[], before = committed) => {
    const comparison = compareAccuracy(fileOf(current), before);
    const counts = Object.fromEntries(Object.entries(comparison).map(([name, list]) => [name, list.length]));
    return { comparison, counts, regression: isRegression(comparison) };
  };

  test('the same rows are unchanged', () => {
    const { counts, regression } = compare(rows);
    expect(counts).toEqual({ added: 0, removed: 0, worse: 0, better: 0, unchanged: 2 });
    expect(regression).toBe(false);
  });

  test('added rows are no regression, removed rows are', () => {
    const added = compare([...rows, comparedRow(1, 2, { estimator: 'third' })]);
    expect(added).toMatchObject({ counts: { added: 1, unchanged: 2 }, regression: false });
    expect(compare(rows.slice(0, 2))).toMatchObject({ counts: { removed: 1, unchanged: 1 }, regression: true });
  });

  test('a larger worst error is worse, and says by how much', () => {
    const { comparison, regression } = compare([comparedRow(110, 100), comparedRow(125, 100), ...rows.slice(2)]);
    expect(comparison.worse).toMatchObject([
      {
        current: { estimator: 'example' },
        changes: [
          'medianErrorRatio 0.15000000000000002 → 0.175',
          'medianAbsoluteErrorRatio 0.15000000000000002 → 0.175',
          'worstErrorRatio 0.2 → 0.25',
        ],
      },
    ]);
    expect(regression).toBe(true);
  });

  test('an error of the same size that has become an under-estimate is worse: it ends in an out-of-memory', () => {
    const { comparison } = compare([comparedRow(90, 100), comparedRow(80, 100), ...rows.slice(2)]);
    expect(comparison.worse[0]?.changes).toEqual(['underCount 0 → 2']);
  });

  test('more configurations are neither worse nor better by themselves', () => {
    const { counts } = compare([...rows, comparedRow(110, 100)]);
    expect(counts).toMatchObject({ worse: 0, better: 0 });
  });

  test('one byte away from exact is worse: a tolerance that is relative to 0 is 0', () => {
    const { comparison } = compare([...rows.slice(0, 2), comparedRow(1e9 + 1, 1e9, { estimator: 'another' })]);
    expect(comparison.worse[0]?.changes).toContain('exactCount 1 → 0');
    expect(comparison.worse[0]?.changes).toHaveLength(4);
  });

  test('fewer comparisons are worse even where the rest is good', () => {
    const { comparison } = compare([comparedRow(110, 100), ...rows.slice(2)]);
    expect(comparison.worse[0]?.changes).toEqual(['count 2 → 1']);
  });

  test('an error that no ratio expresses does not hide', () => {
    const { comparison } = compare([...rows, comparedRow(8, 0)]);
    expect(comparison.worse[0]?.changes).toEqual(['withoutRatioCount 0 → 1']);
    const onlyZero = fileOf([comparedRow(8, 0)]);
    expect(compare([comparedRow(8, 0)], onlyZero).counts).toMatchObject({ unchanged: 1 });
    expect(compare([comparedRow(9, 8)], onlyZero).counts).toMatchObject({ better: 1 });
    expect(compare([comparedRow(8, 0)], fileOf([comparedRow(9, 8)])).counts).toMatchObject({ worse: 1 });
  });

  test('smaller errors are better', () => {
    const { comparison, regression } = compare([comparedRow(105, 100), comparedRow(120, 100), ...rows.slice(2)]);
    expect(comparison.better).toMatchObject([
      { changes: ['medianErrorRatio 0.15000000000000002 → 0.125', expect.stringContaining('medianAbsolute')] },
    ]);
    expect(regression).toBe(false);
  });

  test('allocated may move by its own tolerance and need not stay exact; beyond it is worse', () => {
    const allocated = (predicted: number) => comparedRow(predicted, 100, { ledger: 'allocated' });
    const before = fileOf([allocated(100)]);
    expect(compare([allocated(95)], before).counts).toMatchObject({ worse: 0, unchanged: 1 });
    expect(compare([allocated(89)], before).counts).toMatchObject({ worse: 1 });
  });

  test('the tolerance is the one of the committed file', () => {
    const wide = fileOf(rows, { relative: 0.5, note: 'this allocator depends on history' });
    const current = [comparedRow(110, 100), comparedRow(125, 100), ...rows.slice(2)];
    expect(compare(current, wide).counts).toMatchObject({ unchanged: 2, worse: 0 });
  });
});
