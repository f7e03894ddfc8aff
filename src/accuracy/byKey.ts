/** The same statistics for the configurations that agree in one key: does a formula go wrong with the batch, the heads, the precision? */
import { valueAt } from '../config/schema.ts';
import type { ComparisonRow } from './compare.ts';
import { type AccuracyRow, scoreAccuracy } from './score.ts';

type KeyValue = string | number | boolean | null;

interface KeyedRows {
  /** Dotted path of the key. */
  readonly groupKey: string;
  readonly groupValue: KeyValue;
  readonly rows: readonly ComparisonRow[];
}

export interface GroupedAccuracyRow extends AccuracyRow {
  readonly groupKey: string;
  readonly groupValue: KeyValue;
}

/** One entry per value of `key` (a path of `CONFIG_PATHS`): numbers ascending, then texts by the alphabet, then the rest. */
export function byKey(rows: readonly ComparisonRow[], key: string): KeyedRows[] {
  const entries = new Map<KeyValue, ComparisonRow[]>();
  for (const row of rows) {
    const value = valueAt(row.configuration, key) ?? null;
    const entry = entries.get(value);
    if (entry === undefined) entries.set(value, [row]);
    else entry.push(row);
  }
  return [...entries]
    .map(([groupValue, members]) => ({ groupKey: key, groupValue, rows: members }))
    .sort((a, b) => byValue(a.groupValue, b.groupValue));
}

/** Key by key, value by value; within a value sorted as `scoreAccuracy` sorts. */
export const scoreByKeys = (rows: readonly ComparisonRow[], keys: readonly string[]): GroupedAccuracyRow[] =>
  keys.flatMap((key) =>
    byKey(rows, key).flatMap(({ groupKey, groupValue, rows: members }) =>
      scoreAccuracy(members).map((row) => ({ groupKey, groupValue, ...row })),
    ),
  );

function byValue(a: KeyValue, b: KeyValue): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === 'number' || typeof b === 'number') return typeof a === 'number' ? -1 : 1;
  return String(a) < String(b) ? -1 : 1;
}
