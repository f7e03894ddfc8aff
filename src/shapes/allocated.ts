/** What TensorFlow's BFC would have in use in the first measured step of a configuration, chunk by chunk, and whether it gets that far. */
import type { OutOfMemory } from '../allocator/bfc.ts';
import { measuredOptions } from '../allocator/measuredOptions.ts';
import { type Replay, type ReplayedMark, replay } from '../allocator/replay.ts';
import type { RequestEvent } from '../allocator/requestEvent.ts';
import type { RunConfig } from '../config/schema.ts';
import type { MarkReading } from '../ledgers/ledger.ts';
import { WARM_UP_STEPS } from '../measure/job.ts';
import { phaseAfter } from '../measure/marks.ts';
import { byMark, type MeasuredQuantity, quantitiesIn, readQuantity } from '../measure/quantities.ts';
import { allocatorRequest } from '../runner/allocatorRequests.ts';
import { simulate } from './simulate.ts';

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

/** The requests of a whole run up to the end of the first measured step, and the kernel of each. */
export interface Requests {
  readonly events: readonly RequestEvent[];
  readonly kernels: ReadonlyMap<string, string>;
}

/** At full depth: what a chunk is like depends on every request before it. */
export function requestsOf(config: RunConfig): Requests {
  const events: RequestEvent[] = [];
  const kernels = new Map<string, string>();
  simulate(config, {
    steps: MEASURED_STEP,
    onEvent(event) {
      const request = allocatorRequest(event);
      if (request !== null) events.push(request);
      if (event.kind === 'allocated') kernels.set(event.allocation.id, event.allocation.kernel);
    },
  });
  return { events, kernels };
}

export function allocatedBy(requests: Requests, runtime: RunConfig['runtime']): Allocated {
  const options = measuredOptions(runtime);
  if (options === null) return { outcome: 'other-allocator' };
  const replayed = replay(requests.events, options);
  const { outOfMemory } = replayed;
  if (outOfMemory === null) return { outcome: 'fits', quantities: quantitiesOf(replayed) };
  const phase = phaseAfter(replayed.marks.at(-1)?.mark);
  const kernel = requests.kernels.get(outOfMemory.id) ?? 'unknown';
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
