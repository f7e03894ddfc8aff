/** What happens to whoever believes a formula's limit. */
import { median } from '../accuracy/median.ts';
import { MEBIBYTE_BYTES } from '../units/bytes.ts';
import type { Axis } from './axis.ts';
import { type Measure, withinMiB } from './fitsWithin.ts';
import type { Limit } from './limit.ts';
import { stepPeakBytes, type Truth } from './truth.ts';

/** `too-high`: the first run fails · `too-low`: it runs, and more would have · `right`: it runs, and no more would have. */
export type Verdict = 'right' | 'too-high' | 'too-low';

export interface Consequence {
  readonly verdict: Verdict;
  /** Legal values that the formula refuses and that run: its false refusals. */
  readonly refusedValues: number;
  /** The measured step peak of the run that followed; null if it fails, or if the formula lets nothing run. */
  readonly peakBytes: number | null;
  /** Of the memory; all of it where the formula lets nothing run, null where the run fails. */
  readonly unusedBytes: number | null;
  readonly unusedShare: number | null;
}

/**
 * Runs what the formula tells, where the truth leaves open whether that fits: what is larger than the truth is taken to fail. Null where
 * the formula is silent, or where it could not be told what happens.
 */
export async function consequenceOf(
  { kind, value, next }: Limit,
  truth: Truth,
  { stride, at }: Axis,
  measure: Measure,
): Promise<Consequence | null> {
  if (kind === 'silent' || truth.failure !== null) return null;
  const { memoryLimitMiB } = truth;
  const memoryBytes = memoryLimitMiB * MEBIBYTE_BYTES;
  const possible = truth.value ?? 0;
  if (value === null) {
    const smallestRefused = next?.value ?? stride;
    if (possible > 0 && smallestRefused > possible) return null; // it is silent of all that runs
    const refusedValues = possible === 0 ? 0 : (possible - smallestRefused) / stride + 1;
    const verdict = refusedValues === 0 ? 'right' : 'too-low';
    return { verdict, refusedValues, peakBytes: null, unusedBytes: memoryBytes, unusedShare: 1 };
  }
  if (value > possible) return FAILED_CALL;
  const record = await measure(withinMiB(at(value), memoryLimitMiB));
  if (record?.outcome === 'out-of-memory') return FAILED_CALL;
  const peakBytes = record === null ? null : stepPeakBytes(record);
  if (peakBytes === null) return null;
  const unusedBytes = memoryBytes - peakBytes;
  return {
    verdict: value === possible ? 'right' : 'too-low',
    refusedValues: (possible - value) / stride,
    ...{ peakBytes, unusedBytes, unusedShare: unusedBytes / memoryBytes },
  };
}

const FAILED_CALL: Consequence = {
  verdict: 'too-high',
  refusedValues: 0,
  peakBytes: null,
  unusedBytes: null,
  unusedShare: null,
};

/** Over formulas: a failed call and memory left unused are different harms, so they are never added up. */
export interface ConsequenceTally {
  readonly right: number;
  readonly failedCalls: number;
  readonly tooLow: number;
  /** Of those that are too low, how much of the memory each leaves unused; null if there are none. */
  readonly medianUnusedShare: number | null;
}

export function tallyConsequences(consequences: readonly Consequence[]): ConsequenceTally {
  const count = (verdict: Verdict): number => consequences.filter((each) => each.verdict === verdict).length;
  const shares = consequences.flatMap(({ verdict, unusedShare }) =>
    verdict === 'too-low' && unusedShare !== null ? [unusedShare] : [],
  );
  return {
    right: count('right'),
    failedCalls: count('too-high'),
    tooLow: count('too-low'),
    medianUnusedShare: median(shares),
  };
}
