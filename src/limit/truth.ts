/** What really fits: the largest value of a key at which the step runs under TensorFlow's own limit, found by running it. */
import type { MeasurementRecord } from '../records/measurement.ts';
import { type Ledger, WHOLE_PEAK } from '../records/quantity.ts';
import type { Axis } from './axis.ts';
import { findEdge } from './edge.ts';
import { fitsWithin, type Measure } from './fitsWithin.ts';

export interface Truth {
  readonly memoryLimitMiB: number;
  /** The largest value that ran; null if none did. */
  readonly value: number | null;
  /** The smallest that ran out of memory; null if none did. */
  readonly next: number | null;
  /** Why the search ended before they were neighbours; null if it did not. */
  readonly failure: string | null;
}

/** A value that does not fit costs ten seconds on a CPU, so `start` should be the best guess there is. */
export async function findTruth(axis: Axis, memoryLimitMiB: number, start: number, measure: Measure): Promise<Truth> {
  const { stride, largest } = axis;
  const range = { least: 1, most: largest / stride, start: Math.floor(start / stride) };
  const { below, above, failure } = await findEdge(range, (index) =>
    fitsWithin(axis.at(index * stride), memoryLimitMiB, measure),
  );
  const valueAt = (index: number | null): number | null => (index === null ? null : index * stride);
  return { memoryLimitMiB, value: valueAt(below), next: valueAt(above), failure };
}

/** What a limit is about, then the nearest to it. */
const PEAK_LEDGERS: readonly Ledger[] = ['allocated', 'requested', 'buffers'];

/** The peak of a record over whole steps, the highest of them; null if it did not run. */
export function stepPeakBytes(record: MeasurementRecord): number | null {
  if (record.outcome !== 'measured') return null;
  const peaks = record.readings.filter(({ quantity }) => quantity === WHOLE_PEAK[record.configuration.step.kind]);
  const ledger = PEAK_LEDGERS.find((each) => peaks.some((peak) => peak.ledger === each));
  const bytes = peaks.filter((peak) => peak.ledger === ledger).map((peak) => peak.bytes);
  return bytes.length === 0 ? null : Math.max(...bytes);
}
