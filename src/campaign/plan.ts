/** What a campaign measures, in the order of what is learned per minute. */
import { loadSweep, resolveAll, sweepEntries } from '../cli/selection.ts';
import { mergeConfigs } from '../config/resolve.ts';
import type { RunConfig } from '../config/schema.ts';

export interface MeasuringStage {
  /** Its records go to `<name>.jsonl`. */
  readonly name: string;
  /** Bytes are judged against formulas; of times there is a table. */
  readonly purpose: 'bytes' | 'times';
  readonly configs: readonly RunConfig[];
  readonly repeats: number;
  /** Of one configuration, before any was timed. */
  readonly guessMs: number;
}

type Kind = RunConfig['runtime']['device'];
type Allocator = RunConfig['runtime']['allocator'];

/** The usual one first; the second counts the same requests in another way. */
export const ALLOCATORS: Readonly<Record<Kind, readonly Allocator[]>> = {
  gpu: ['bfc', 'cuda_malloc_async'],
  cpu: ['bfc', 'malloc'],
};

/** Median and percentiles of step times want more than three. */
const TIMED_STEPS = 20;
const TIMED_CONFIGURATIONS = 4;

/** The search of the memory limit comes between the two. */
export function measuringStages(device: Kind): {
  readonly bytes: readonly MeasuringStage[];
  readonly times: MeasuringStage;
} {
  const quickstart = ALLOCATORS[device].flatMap((allocator) => configurations('quickstart', device, allocator));
  const large = configurations('gpu', device, 'bfc');
  const timed = large.slice(0, TIMED_CONFIGURATIONS);
  return {
    bytes: [
      { name: 'quickstart', purpose: 'bytes', configs: quickstart, repeats: 3, guessMs: 10_000 },
      { name: 'gpu', purpose: 'bytes', configs: large, repeats: 3, guessMs: 10_000 },
    ],
    times: { name: 'times', purpose: 'times', configs: timed, repeats: TIMED_STEPS, guessMs: 30_000 },
  };
}

function configurations(sweep: string, device: Kind, allocator: Allocator): RunConfig[] {
  const runtime = { device, allocator };
  const entries = sweepEntries(loadSweep(sweep)).map((entry) => mergeConfigs(entry, { runtime }));
  return resolveAll(entries, device);
}

/** Small, so that the limit at which it fits can be found to the MiB in a minute. */
export function boundaryConfiguration(device: Kind): RunConfig {
  const [first] = configurations('quickstart', device, 'bfc');
  if (first === undefined) throw new Error('the sweep quickstart is empty');
  return { ...first, batch: { ...first.batch, size: 2 * first.batch.size } };
}
