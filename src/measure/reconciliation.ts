/**
 * Every byte between two neighbouring ledgers has a name. Each part is computed on its own by the ledger above; `unexplained` is what is
 * left, printed as such. The parts of a pair add up to the difference of the two readings. Pure.
 */
import type { MarkReading } from '../ledgers/ledger.ts';
import type { ReconciliationRow } from '../records/measurement.ts';
import { LEDGERS, type Ledger, type PartName } from '../records/quantity.ts';
import { byMark, type QuantityReading, quantitiesIn, readQuantity } from './quantities.ts';

/** All pairs of neighbours that both counted, in `step`. */
export function reconcile(ledgers: ReadonlyMap<Ledger, readonly MarkReading[]>, step: number): ReconciliationRow[] {
  const present = LEDGERS.filter((ledger) => ledgers.has(ledger)).map((ledger) => ({
    ledger,
    marks: byMark(ledgers.get(ledger) ?? []),
  }));
  return present.slice(1).flatMap((above, index) => {
    const below = present[index];
    if (below === undefined) return [];
    return quantitiesIn(above.marks, step).flatMap((quantity) => {
      const parts = partsBetween(readQuantity(quantity, below.marks, step), readQuantity(quantity, above.marks, step));
      return parts.map(([part, bytes]) => ({ quantity, from: below.ledger, to: above.ledger, part, bytes }));
    });
  });
}

/**
 * For a peak the two ledgers are read at the instant of the upper one's peak; `peak-moved` is what the lower one reads there minus its
 * own peak. Where a ledger cannot tell what the one below read at its peak, the two peaks are compared as they are.
 */
function partsBetween(below: QuantityReading, above: QuantityReading): [PartName, number][] {
  const { belowBytes = below.bytes, parts = {} } = above.instant;
  const named = Object.entries(parts) as [PartName, number][];
  const moved: [PartName, number][] = above.peak === undefined ? [] : [['peak-moved', belowBytes - below.bytes]];
  const explained = [...named, ...moved].reduce((sum, [, bytes]) => sum + bytes, 0);
  return [...named, ...moved, ['unexplained', above.bytes - below.bytes - explained]];
}
