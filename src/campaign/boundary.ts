/**
 * The smallest memory limit at which a configuration runs, to the MiB. Every probe is a record like any other, so that a search that was
 * interrupted is retraced from its file. A probe that does not fit costs ten seconds: TensorFlow retries for so long before it gives up.
 */
import type { RunConfig } from '../config/schema.ts';
import { EXACT_ESTIMATORS } from '../estimators/index.ts';
import { findEdge } from '../limit/edge.ts';
import { fitsWithin, type Measure } from '../limit/fitsWithin.ts';
import { MEBIBYTE_BYTES } from '../units/bytes.ts';

export interface Boundary {
  /** The smallest limit at which it ran; null if none was found in time. */
  readonly fitsMiB: number | null;
  /** The largest at which TensorFlow ran out of memory; 0 if none was tried. */
  readonly exhaustedMiB: number;
  /** Why the search ended at a probe that neither ran nor ran out of memory; null if there was none. */
  readonly failure: string | null;
}

const MOST_MIB = 1024 * 1024;

/** Nothing lies between the two. */
export const isFound = ({ fitsMiB, exhaustedMiB }: Pick<Boundary, 'fitsMiB' | 'exhaustedMiB'>): boolean =>
  fitsMiB !== null && fitsMiB - exhaustedMiB === 1;

/** Starts where an exact formula expects the peak. */
export async function findBoundary(config: RunConfig, measure: Measure): Promise<Boundary> {
  const range = { least: 1, most: MOST_MIB, start: expectedMiB(config) };
  const { below, above, failure } = await findEdge(range, async (limitMiB) => {
    const fits = await fitsWithin(config, limitMiB, measure);
    return typeof fits === 'boolean' ? !fits : fits;
  });
  return { fitsMiB: above, exhaustedMiB: below ?? 0, failure };
}

/** By the first exact formula that answers; where none does, the smallest there is. */
function expectedMiB(config: RunConfig): number {
  for (const estimator of EXACT_ESTIMATORS) {
    const peak = estimator.predict(config)['step-peak'];
    if (peak?.kind === 'bytes') return Math.ceil(peak.total / MEBIBYTE_BYTES);
  }
  return 1;
}
