import { describe, expect, test } from 'vitest';
import {
  type AccuracyFile,
  accuracyFileText,
  parseAccuracyFile,
  toAccuracyFile,
} from '../../../src/accuracy/baseline/accuracyFile.ts';
import { comparedRow } from '../exampleEstimator.ts';
import { exampleAccuracyFile } from './exampleBaseline.ts';

const committed: AccuracyFile = exampleAccuracyFile([
  comparedRow(110, 100),
  comparedRow(120, 100),
  comparedRow(100, 100, { estimator: 'another' }),
]);

test('the same accuracy is the same text, whatever the order of the rows', () => {
  const reversed = toAccuracyFile([...committed.rows].reverse(), committed);
  expect(accuracyFileText(reversed)).toBe(accuracyFileText(committed));
  const shuffledKeys = committed.rows.map((row) => Object.fromEntries(Object.entries(row).reverse()) as typeof row);
  expect(accuracyFileText(toAccuracyFile(shuffledKeys, committed))).toBe(accuracyFileText(committed));
});

test('reads back as it was written', () => {
  const text = accuracyFileText(committed);
  expect(text.startsWith('{\n  "version": 2,\n  "sweep": "example",\n  "environment": {\n    "device": "cpu",\n')).toBe(
    true,
  );
  expect(text.endsWith('}\n')).toBe(true);
  expect(parseAccuracyFile(JSON.parse(text), 'x.accuracy.json')).toEqual(committed);
});

describe('what is no accuracy file is refused and named', () => {
  const [first] = committed.rows;
  test.each([
    ['a later version', { ...committed, version: 3 }, 'version'],
    ['an unknown key', { ...committed, more: 1 }, 'more'],
    ['a number that is text', { ...committed, rows: [{ ...first, count: '1' }] }, 'rows.0.count'],
    ['a row without its hash', { ...committed, rows: [{ ...first, predictionsHash: undefined }] }, 'predictionsHash'],
    ['two rows of one kind', { ...committed, rows: [first, first] }, 'two rows'],
    ['no object', null, '(whole)'],
  ])('%s', (_, value, named) => {
    expect(() => parseAccuracyFile(value, 'x.accuracy.json')).toThrow(
      expect.objectContaining({ code: 'E_ACCURACY_FILE', message: expect.stringContaining(named) }),
    );
  });

  test('an earlier version, with what to do about it', () => {
    expect(() => parseAccuracyFile({ version: 1, device: 'cpu', rows: [] }, 'x.accuracy.json')).toThrow(
      expect.objectContaining({ code: 'E_ACCURACY_VERSION', remedy: expect.stringContaining('--update') }),
    );
  });
});
