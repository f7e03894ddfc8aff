/** One prediction beside one measurement. */
import { type Bytes, bytes } from '../units/bytes.ts';
import type { ComparableReading } from './readings.ts';

/**
 * `within-resolution`: the measured number is not known well enough to tell. `address-order`: not exact, because the system placed the
 * allocator's regions in another order than the rule that the prediction goes by; in the recorded order it is.
 */
export const VERDICTS = ['exact', 'within-resolution', 'address-order', 'over', 'under', 'not-applicable'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** Null where there is no such number. */
export interface JudgedBytes {
  readonly predictedBytes: Bytes | null;
  readonly measuredBytes: Bytes | null;
  /** How far from `measuredBytes` the truth may be: half of the last digit that a source printed. Null where every byte is known. */
  readonly resolutionBytes: Bytes | null;
  /** Predicted − measured: negative where the formula promises less than is used. */
  readonly errorBytes: Bytes | null;
  /** Error ÷ measured, with the sign of the error. Null where measured is 0. */
  readonly errorRatio: number | null;
  /** Largest − smallest reading over the measured steps; null where there is one reading only, and of components. */
  readonly noiseBytes: Bytes | null;
  readonly verdict: Verdict;
}

export const NOT_APPLICABLE: JudgedBytes = {
  predictedBytes: null,
  measuredBytes: null,
  resolutionBytes: null,
  errorBytes: null,
  errorRatio: null,
  noiseBytes: null,
  verdict: 'not-applicable',
};

export function judgeBytes(predictedBytes: Bytes, measured: ComparableReading, noiseBytes: Bytes | null): JudgedBytes {
  const { measuredBytes, resolutionBytes } = measuredBytesOf(measured);
  const errorBytes = bytes(predictedBytes - measuredBytes);
  const errorRatio = measuredBytes === 0 ? null : errorBytes / Math.abs(measuredBytes);
  const verdict = verdictOn(errorBytes, resolutionBytes);
  return { predictedBytes, measuredBytes, resolutionBytes, errorBytes, errorRatio, noiseBytes, verdict };
}

/** The reading's own numbers. */
export const measuredBytesOf = ({
  bytes: measured,
  resolutionBytes,
}: ComparableReading): { readonly measuredBytes: Bytes; readonly resolutionBytes: Bytes | null } => ({
  measuredBytes: bytes(measured),
  resolutionBytes: resolutionBytes === undefined ? null : bytes(resolutionBytes),
});

function verdictOn(errorBytes: Bytes, resolutionBytes: Bytes | null): Verdict {
  if (resolutionBytes !== null && Math.abs(errorBytes) <= resolutionBytes) return 'within-resolution';
  return errorBytes === 0 ? 'exact' : errorBytes > 0 ? 'over' : 'under';
}
