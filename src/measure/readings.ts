/** Readings for a record: every measured quantity in every measured step. Pure. */
import type { MarkReading } from '../ledgers/ledger.ts';
import type { Reading, WitnessEntry } from '../records/measurement.ts';
import type { Ledger, Witness } from '../records/quantity.ts';
import { WARM_UP_STEPS } from './job.ts';
import { byMark, type MeasuredQuantity, type QuantityReading, quantitiesIn, readQuantity } from './quantities.ts';

/** Of one ledger. */
export function toReadings(ledger: Ledger, readings: readonly MarkReading[], repeats: number): Reading[] {
  return everyReading(readings, repeats, (quantity, repeat, step, { bytes, instant, lowerBound, peak }) => {
    // Judged is the first repeat; the others show the spread, for which totals are enough, and keep records small.
    const components = instant.components === undefined || repeat > 1 ? {} : { components: [...instant.components] };
    const bound = lowerBound === undefined ? {} : { lowerBound };
    return { quantity, ledger, repeat, step, bytes, ...bound, ...(peak !== undefined && { peak }), ...components };
  });
}

/** Of somebody who is asked beside the ledgers. */
export const toWitnessEntries = (witness: Witness, readings: readonly MarkReading[], repeats: number): WitnessEntry[] =>
  everyReading(readings, repeats, (quantity, repeat, step, { bytes }) => ({ witness, quantity, repeat, step, bytes }));

type Told<Entry> = (quantity: MeasuredQuantity, repeat: number, step: number, reading: QuantityReading) => Entry;

function everyReading<Entry>(readings: readonly MarkReading[], repeats: number, tell: Told<Entry>): Entry[] {
  const marks = byMark(readings);
  const read = (quantity: MeasuredQuantity, repeat: number, step: number): Entry =>
    tell(quantity, repeat, step, readQuantity(quantity, marks, step));
  const inSteps = quantitiesIn(marks, WARM_UP_STEPS + 1).filter((quantity) => quantity !== 'weights');
  const repeated = Array.from({ length: repeats }, (_, index) => index + 1).flatMap((repeat) =>
    inSteps.map((quantity) => read(quantity, repeat, WARM_UP_STEPS + repeat)),
  );
  return [read('weights', 1, 0), ...repeated];
}
