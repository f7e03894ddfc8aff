/** Readings of one ledger for a record: every measured quantity in every measured step. Pure. */
import type { MarkReading } from '../ledgers/ledger.ts';
import type { Reading } from '../records/measurement.ts';
import type { Ledger } from '../records/quantity.ts';
import { WARM_UP_STEPS } from './job.ts';
import { byMark, MEASURED_QUANTITIES, type MeasuredQuantity, readQuantity } from './quantities.ts';

export function toReadings(ledger: Ledger, readings: readonly MarkReading[], repeats: number): Reading[] {
  const marks = byMark(readings);
  const read = (quantity: MeasuredQuantity, repeat: number, step: number): Reading => {
    const { bytes, instant, lowerBound, peak } = readQuantity(quantity, marks, step);
    // Judged is the first repeat; the others show the spread, for which totals are enough, and keep records small.
    const components = instant.components === undefined || repeat > 1 ? {} : { components: [...instant.components] };
    const bound = lowerBound === undefined ? {} : { lowerBound };
    return { quantity, ledger, repeat, step, bytes, ...bound, ...(peak !== undefined && { peak }), ...components };
  };
  const inSteps = MEASURED_QUANTITIES.filter((quantity) => quantity !== 'weights');
  const repeated = Array.from({ length: repeats }, (_, index) => index + 1).flatMap((repeat) =>
    inSteps.map((quantity) => read(quantity, repeat, WARM_UP_STEPS + repeat)),
  );
  return [read('weights', 1, 0), ...repeated];
}
