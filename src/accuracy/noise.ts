/** How much a measurement varies by itself: an error within that is not an error of the formula. */
import type { MeasuredRecord } from '../records/measurement.ts';
import type { Ledger, Quantity } from '../records/quantity.ts';
import { type Bytes, bytes } from '../units/bytes.ts';
import { ReadingTable } from './readingTable.ts';

interface Spread {
  readings: number;
  smallestBytes: number;
  largestBytes: number;
}

/**
 * Largest − smallest reading of a quantity by a ledger, over all measured steps of `record`.
 * Null where there are fewer than two readings: one knows no spread, and 0 would claim that it does.
 */
export function noises(record: MeasuredRecord): (quantity: Quantity, ledger: Ledger) => Bytes | null {
  const spreads = new ReadingTable<Spread>();
  for (const { quantity, ledger, bytes: size } of record.readings) {
    const spread = spreads.get(quantity, ledger);
    if (spread === undefined) {
      spreads.set(quantity, ledger, { readings: 1, smallestBytes: size, largestBytes: size });
      continue;
    }
    spread.readings++;
    spread.smallestBytes = Math.min(spread.smallestBytes, size);
    spread.largestBytes = Math.max(spread.largestBytes, size);
  }
  return (quantity, ledger) => {
    const spread = spreads.get(quantity, ledger);
    return spread === undefined || spread.readings < 2 ? null : bytes(spread.largestBytes - spread.smallestBytes);
  };
}
