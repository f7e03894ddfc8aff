/** Compared totals with their parts, where the ledger told components apart: what every question about parts begins with. */
import type { Bytes } from '../../units/bytes.ts';
import { type ComparedRow, type ComparisonRow, isCompared } from '../compare.ts';
import { grouped } from '../grouped.ts';

/** A component that the formula names or the ledger found, with both numbers. */
export type PartRow = ComparisonRow & {
  readonly predictedBytes: Bytes;
  readonly measuredBytes: Bytes;
  readonly errorBytes: Bytes;
};

export interface ItemisedComparison {
  readonly total: ComparedRow;
  /** Their errors and `unitemisedBytes` add up to the error of the total. */
  readonly parts: readonly PartRow[];
  /** What the formula's total has beyond its parts; of either sign. */
  readonly unitemisedBytes: number;
}

const isPart = (row: ComparisonRow): row is PartRow => row.component !== 'total' && row.errorBytes !== null;

/** `rows` as `compareRecords` gives them: each total is followed by its parts. Without those that a ledger knows the sum of alone. */
export function itemisedComparisons(rows: readonly ComparisonRow[]): ItemisedComparison[] {
  const found: { total: ComparedRow; parts: PartRow[]; unitemisedBytes: number }[] = [];
  for (const row of rows) {
    const last = found.at(-1);
    if (isCompared(row)) found.push({ total: row, parts: [], unitemisedBytes: 0 });
    else if (last !== undefined && row.component === 'unitemised') last.unitemisedBytes = row.predictedBytes ?? 0;
    else if (last !== undefined && isPart(row)) last.parts.push(row);
  }
  return found.filter(({ parts }) => parts.length > 0);
}

/** Those of one formula, quantity, ledger and origin, on configurations that stand alike to the formula's assumptions. In order of appearance. */
export const alike = (comparisons: readonly ItemisedComparison[]): ItemisedComparison[][] =>
  grouped(comparisons, ({ total: { estimator, quantity, ledger, origin, match } }) =>
    JSON.stringify([estimator, quantity, ledger, origin, match]),
  );
