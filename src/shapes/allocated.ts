/** What TensorFlow's BFC would have in use in the first measured step of a configuration, chunk by chunk, and whether it gets that far. */
import type { OutOfMemory } from '../allocator/bfc.ts';
import { measuredOptions } from '../allocator/measuredOptions.ts';
import type { RegionOrder } from '../allocator/regionOrder.ts';
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

/** `regionOrder` where it is known better than by the rule. */
export function allocatedBy(
  requests: Requests,
  runtime: RunConfig['runtime'],
  regionOrder: RegionOrder | null = null,
): Allocated {
  const options = measuredOptions(runtime);
  if (options === null) return { outcome: 'other-allocator' };
  const replayed = replay(requests.events, { ...options, ...(regionOrder !== null && { regionOrder }) });
  const { outOfMemory } = replayed;
  if (outOfMemory === null) return { outcome: 'fits', quantities: quantitiesOf(replayed) };
  const phase = phaseAfter(replayed.marks.at(-1)?.mark);
  const kernel = requests.kernels[Number(outOfMemory.id)] ?? 'unknown';
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
