import { expect, test } from 'vitest';
import { compareAccuracy } from '../../src/accuracy/baseline/changes.ts';
import type { ComparisonRow } from '../../src/accuracy/compare.ts';
import { advice } from '../../src/report/accuracyChanges.ts';
import { exampleAccuracyFile } from '../accuracy/baseline/exampleBaseline.ts';
import { comparedRow } from '../accuracy/exampleEstimator.ts';

/** Predicted 110 bytes and measured 100; what `current` has instead. */
const adviceOn = (...current: readonly ComparisonRow[]): string => {
  const committed = exampleAccuracyFile([comparedRow(110, 100)]);
  return advice(compareAccuracy(exampleAccuracyFile(current, { configurations: committed.configurations }), committed));
};

test.each([
  ['worse', 90, '--update --accept-worse'],
  ['better', 105, '--update and'],
])('the same predictions of other measurements, for the %s: look at the records', (_, measured, flags) => {
  const text = adviceOn(comparedRow(110, measured));
  expect(text).toContain('so the records changed');
  expect(text).toContain(flags);
  expect(text).not.toContain('no longer what its authors ship');
});

test('other predictions, or a row that is gone: look at the formula', () => {
  expect(adviceOn(comparedRow(120, 100))).toContain('no longer what its authors ship');
  expect(adviceOn(comparedRow(110, 90, { estimator: 'another' }))).toContain('no longer what its authors ship');
});

test('what is the same needs no advice', () => {
  expect(adviceOn(comparedRow(110, 100))).toBe('');
});
