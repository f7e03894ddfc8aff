/** Of the ledgers that a formula was compared with, those that the scoreboard shows. */
import { MOST_TELLING_FIRST } from '../accuracy/shownLedger.ts';
import type { Group } from '../accuracy/tally.ts';
import { LEDGERS, type Ledger } from '../records/quantity.ts';

/** `one`: of each formula and quantity the ledger that says most about the device; `all`, or one by name. */
export type ShownLedgers = 'one' | 'all' | Ledger;

export const LEDGER_CHOICES: readonly ShownLedgers[] = ['one', 'all', ...LEDGERS];

/** In the order of `rows`. */
export function rowsOfLedgers<Row extends Group>(rows: readonly Row[], shown: ShownLedgers): readonly Row[] {
  if (shown === 'all') return rows;
  if (shown !== 'one') return rows.filter(({ ledger }) => ledger === shown);
  const keyOf = ({ estimator, quantity, origin }: Group): string => JSON.stringify([estimator, quantity, origin]);
  const chosen = new Map<string, Ledger>();
  for (const row of rows) {
    const other = chosen.get(keyOf(row));
    if (other === undefined || MOST_TELLING_FIRST.indexOf(row.ledger) < MOST_TELLING_FIRST.indexOf(other))
      chosen.set(keyOf(row), row.ledger);
  }
  return rows.filter((row) => chosen.get(keyOf(row)) === row.ledger);
}
