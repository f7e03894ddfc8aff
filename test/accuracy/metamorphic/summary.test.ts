import { expect, test } from 'vitest';
import type { MetamorphicRow } from '../../../src/accuracy/metamorphic/judgeLaws.ts';
import { byRelation, measuredRange, standingOf } from '../../../src/accuracy/metamorphic/summary.ts';
import { exampleRow } from './exampleRow.ts';

test('one failure breaks a law, and on a configuration of the formula it is broken at home', () => {
  const standing = (...rows: Partial<MetamorphicRow>[]) => standingOf(rows.map(exampleRow));
  expect(standing({ verdict: 'not-applicable' })).toBe('silent');
  expect(standing({ verdict: 'not-applicable' }, { verdict: 'pass' })).toBe('obeyed');
  expect(standing({ verdict: 'pass' }, { verdict: 'fail', match: 'nearest' })).toBe('broken');
  expect(standing({ verdict: 'fail', match: 'away' }, { verdict: 'fail' })).toBe('broken-at-home');
});

test('rows of a relation stay together in their order, and give their range', () => {
  const [a, b, c] = [
    exampleRow({ measuredBytes: 3 }),
    exampleRow({ tested: 'other' }),
    exampleRow({ measuredBytes: 1 }),
  ];
  expect(byRelation([a, b, c])).toEqual([[a, c], [b]]);
  expect(measuredRange([a, c, exampleRow({ measuredBytes: null })])).toEqual({ smallest: 1, largest: 3 });
  expect(measuredRange([exampleRow({ measuredBytes: null })])).toBeNull();
});

/** Thousands of records of one relation: to copy the group for each row took 18 s. */
test('time grows with the rows, not with their square', () => {
  const rows = Array.from({ length: 40_000 }, () => exampleRow());
  expect(byRelation(rows)).toEqual([rows]);
}, 5000);

test('more rows than a call can have arguments', () => {
  const rows = Array.from({ length: 200_000 }, (_, measuredBytes) => exampleRow({ measuredBytes }));
  expect(measuredRange(rows)).toEqual({ smallest: 0, largest: rows.length - 1 });
});
