/** Law rows folded: one verdict per formula and law, and what was measured of each relation. */
import type { LawRow } from './judgeLaws.ts';

/** `broken-at-home`: on a configuration, changed ones included, that meets all assumptions of the formula. */
export type Standing = 'obeyed' | 'broken' | 'broken-at-home' | 'silent';

export function standingOf(rows: readonly LawRow[]): Standing {
  const failed = rows.filter(({ verdict }) => verdict === 'fail');
  if (failed.length > 0) return failed.some(({ match }) => match === 'matched') ? 'broken-at-home' : 'broken';
  return rows.some(({ verdict }) => verdict === 'pass') ? 'obeyed' : 'silent';
}

/** The rows of each relation, in their order: those of one combination of bytes at several bases. */
export function byRelation(rows: readonly LawRow[]): LawRow[][] {
  const groups = new Map<string, LawRow[]>();
  for (const row of rows) groups.set(row.tested, [...(groups.get(row.tested) ?? []), row]);
  return [...groups.values()];
}

export interface MeasuredRange {
  readonly smallest: number;
  readonly largest: number;
}

/** Of the rows of one relation, whoever they judge; null where none has a measurement. */
export function measuredRange(rows: readonly LawRow[]): MeasuredRange | null {
  const counts = rows.flatMap(({ measuredBytes }) => measuredBytes ?? []);
  return counts.length === 0 ? null : { smallest: Math.min(...counts), largest: Math.max(...counts) };
}
