/** What was read of a quantity, whoever measured it. */
import type { ReadRecord } from '../records/judged.ts';
import type { ComponentBytes, MeasuredRecord, Reading } from '../records/measurement.ts';
import type { Ledger, Quantity } from '../records/quantity.ts';
import { ReadingTable } from './readingTable.ts';

/** What a reading of either kind of record has for a comparison. */
export interface ComparableReading {
  readonly bytes: number;
  readonly resolutionBytes?: number | undefined;
  /** The truth is at least `bytes`. */
  readonly lowerBound?: true | undefined;
  /** Of a peak, where the source says where it was. */
  readonly peak?: Reading['peak'];
  readonly components?: readonly ComparablePart[] | undefined;
}
export interface ComparablePart extends Pick<ComparableReading, 'bytes' | 'resolutionBytes'> {
  readonly component: ComponentBytes['component'];
}

type FindReading<R> = (quantity: Quantity, ledger: Ledger) => R | undefined;

/** Of a record of memproof's own the first measured step; of an external one what its source gives. */
export function readingsOf(record: ReadRecord): FindReading<ComparableReading> {
  if (record.outcome === 'measured') return firstReadings(record);
  return (quantity, ledger) =>
    record.readings.find((reading) => reading.quantity === quantity && reading.ledger === ledger);
}

/** The first measured step after the warm-up steps is the one that is judged; later ones show the spread. */
export function firstReadings(record: MeasuredRecord): FindReading<Reading> {
  const first = new ReadingTable<Reading>();
  for (const reading of record.readings) {
    const known = first.get(reading.quantity, reading.ledger);
    const isEarlier =
      known === undefined ||
      reading.repeat < known.repeat ||
      (reading.repeat === known.repeat && reading.step < known.step);
    if (isEarlier) first.set(reading.quantity, reading.ledger, reading);
  }
  return (quantity, ledger) => first.get(quantity, ledger);
}

/** Why there is no such reading. */
export function whyUnread(record: ReadRecord, quantity: Quantity, ledger: Ledger): string {
  const silent = record.outcome === 'measured' ? record.unavailable : [];
  const unavailable = silent.find((entry) => entry.ledger === ledger);
  if (unavailable !== undefined) return `the ledger ${ledger} could not count: ${unavailable.reason}`;
  return `the record has no reading of ${quantity} by ${ledger}`;
}
