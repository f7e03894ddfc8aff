/**
 * The smallest memory limit at which a configuration runs, to the MiB. Every probe is a record like any other, so that a search that was
 * interrupted is retraced from its file. A probe that does not fit costs ten seconds: TensorFlow retries for so long before it gives up.
 */
import type { RunConfig } from '../config/schema.ts';
import { exactStepPeakBytes } from '../estimators/exact/tfjs-closed-form.ts';
import type { MeasureOne } from './measureStage.ts';

export interface Boundary {
  /** The smallest limit at which it ran; null if none was found in time. */
  readonly fitsMiB: number | null;
  /** The largest at which TensorFlow ran out of memory; 0 if none was tried. */
  readonly exhaustedMiB: number;
  /** Why the search ended at a probe that neither ran nor ran out of memory; null if there was none. */
  readonly failure: string | null;
}

const MIB = 2 ** 20;
const MOST_MIB = 1024 * 1024;

/** Nothing lies between the two. */
export const isFound = ({ fitsMiB, exhaustedMiB }: Pick<Boundary, 'fitsMiB' | 'exhaustedMiB'>): boolean =>
  fitsMiB !== null && fitsMiB - exhaustedMiB === 1;

/** Starts where the closed form expects the peak. */
export async function findBoundary(config: RunConfig, measure: MeasureOne): Promise<Boundary> {
  let exhaustedMiB = 0;
  let fitsMiB: number | null = null;
  let nextMiB = expectedMiB(config);
  for (let strideMiB = 1; !isFound({ fitsMiB, exhaustedMiB }) && nextMiB <= MOST_MIB; strideMiB *= 2) {
    const fits = await probe(config, nextMiB, measure);
    if (typeof fits === 'string') return { fitsMiB, exhaustedMiB, failure: fits };
    if (fits === null) break;
    if (fits) fitsMiB = nextMiB;
    else exhaustedMiB = nextMiB;
    if (fitsMiB === null) nextMiB += strideMiB;
    else if (exhaustedMiB === 0) nextMiB = Math.max(1, nextMiB - strideMiB);
    else nextMiB = Math.floor((fitsMiB + exhaustedMiB) / 2);
    if (fitsMiB === 1) break; // there is no smaller limit
  }
  return { fitsMiB, exhaustedMiB, failure: null };
}

function expectedMiB(config: RunConfig): number {
  return Math.max(1, Math.ceil((exactStepPeakBytes(config) ?? 0) / MIB));
}

/** Does it fit? Null when there was no time; a sentence when that could not be told. */
async function probe(config: RunConfig, memoryLimitMiB: number, measure: MeasureOne): Promise<boolean | string | null> {
  const record = await measure({ ...config, runtime: { ...config.runtime, memoryLimitMiB } });
  if (record === null) return null;
  if (record.outcome === 'measured') return true;
  if (record.outcome === 'out-of-memory') return false;
  const words = record.outcome === 'failed' ? record.error.message : record.reason;
  return `at ${memoryLimitMiB} MiB it neither ran nor ran out of memory: ${words}`;
}
