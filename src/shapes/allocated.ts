/** What TensorFlow's BFC would have in use in the first measured step of a configuration, chunk by chunk, and whether it gets that far. */
import type { OutOfMemory } from '../allocator/bfc.ts';
import { measuredOptions } from '../allocator/measuredOptions.ts';
import { addressesOf, type RankedRegion, UnknownRegion } from '../allocator/regionOrder.ts';
import { type Replay, type ReplayedMark, replay } from '../allocator/replay.ts';
import type { RunConfig } from '../config/schema.ts';
import type { MarkReading } from '../ledgers/ledger.ts';
import { WARM_UP_STEPS } from '../measure/job.ts';
import { phaseAfter } from '../measure/marks.ts';
import { byMark, type MeasuredQuantity, quantitiesIn, readQuantity } from '../measure/quantities.ts';
import { type Requests, requestsOf } from './requestsOf.ts';

/** The request that TensorFlow could not meet. */
export interface Exhaustion {
  readonly phase: string;
  /** The operation that asked. */
  readonly kernel: string;
  readonly request: OutOfMemory;
}

/** Those of the step's kind. */
export type AllocatedQuantities = Readonly<Partial<Record<MeasuredQuantity, number>>>;

export type Allocated =
  | { readonly outcome: 'fits'; readonly quantities: AllocatedQuantities }
  | { readonly outcome: 'out-of-memory'; readonly exhaustion: Exhaustion }
  /** Another allocator, which is no BFC. */
  | { readonly outcome: 'other-allocator' };

/** Chunks depend on all that came before, so a value is that of one step: the first after warm-up. */
const MEASURED_STEP = WARM_UP_STEPS + 1;

/** Up to the end of that step. */
export const requestsToMeasure = (config: RunConfig): Requests => requestsOf(config, MEASURED_STEP);

export function allocatedBy(requests: Requests, runtime: RunConfig['runtime']): Allocated {
  const options = measuredOptions(runtime);
  return options === null ? { outcome: 'other-allocator' } : answerOf(requests, replay(requests.events, options));
}

/** The same with the regions of a run in their order; null where they are not the regions that the requests lead to. */
export function allocatedInOrder(
  requests: Requests,
  runtime: RunConfig['runtime'],
  regions: readonly RankedRegion[],
): Allocated | null {
  const options = measuredOptions(runtime);
  if (options === null || new Set(regions.map(({ rank }) => rank)).size < regions.length) return null;
  try {
    const replayed = replay(requests.events, { ...options, regionOrder: addressesOf(regions) });
    const isTheRuns = replayed.regions.every(({ bytes }, index) => bytes === regions[index]?.bytes);
    return isTheRuns ? answerOf(requests, replayed) : null;
  } catch (error) {
    if (error instanceof UnknownRegion) return null; // the run had fewer
    throw error;
  }
}

function answerOf({ kernels }: Requests, replayed: Replay): Allocated {
  const { outOfMemory } = replayed;
  if (outOfMemory === null) return { outcome: 'fits', quantities: quantitiesOf(replayed) };
  const phase = phaseAfter(replayed.marks.at(-1)?.mark);
  const kernel = kernels[Number(outOfMemory.id)] ?? 'unknown';
  return { outcome: 'out-of-memory', exhaustion: { phase, kernel, request: outOfMemory } };
}

function quantitiesOf({ marks }: Replay): AllocatedQuantities {
  const readings = byMark(marks.map(toReading));
  const entries = quantitiesIn(readings, MEASURED_STEP).map((name) => [
    name,
    readQuantity(name, readings, MEASURED_STEP).bytes,
  ]);
  return Object.fromEntries(entries);
}

const toReading = ({ mark, levelBytes, peakBytes }: ReplayedMark): MarkReading => ({
  ...{ mark, levelBytes, peakBytes, peakKernel: null },
  ...{ level: {}, peak: {} },
});
