/** Rows of laws folded: one verdict per formula and law, and what was measured of each relation. */
import { grouped } from '../grouped.ts';
import type { MetamorphicRow } from './judgeLaws.ts';

/** `broken-at-home`: on a configuration, changed ones included, that meets all assumptions of the formula. */
export type Standing = 'obeyed' | 'broken' | 'broken-at-home' | 'silent';

export function standingOf(rows: readonly MetamorphicRow[]): Standing {
  const failed = rows.filter(({ verdict }) => verdict === 'fail');
  if (failed.length > 0) return failed.some(({ match }) => match === 'matched') ? 'broken-at-home' : 'broken';
  return rows.some(({ verdict }) => verdict === 'pass') ? 'obeyed' : 'silent';
}

/** The rows of each relation, in their order: those of one combination of bytes at several bases. */
export const byRelation = (rows: readonly MetamorphicRow[]): MetamorphicRow[][] =>
  grouped(rows, ({ tested }) => tested);

interface MeasuredRange {
  readonly smallest: number;
  readonly largest: number;
}

/** Of the rows of one relation, whoever they judge; null where none has a measurement. */
export function measuredRange(rows: readonly MetamorphicRow[]): MeasuredRange | null {
  let [smallest, largest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]; // arguments of a call are too few for all rows
  for (const { measuredBytes } of rows) {
    if (measuredBytes === null) continue;
    smallest = Math.min(smallest, measuredBytes);
    largest = Math.max(largest, measuredBytes);
  }
  return smallest > largest ? null : { smallest, largest };
}
