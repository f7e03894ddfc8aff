/** What passes between the process that runs a sweep and the process that measures one configuration. */
import type { RunConfig } from '../config/schema.ts';
import type { ErrorJson } from '../errors.ts';
import type { MarkReading, Unavailable } from '../ledgers/ledger.ts';
import type { Ledger, Witness } from '../records/quantity.ts';
import type { LoadedRuntime } from '../runtime/load.ts';
import type { Exhausted } from './outOfMemory.ts';

/** Steps before the first reading: the first makes Adam's moments, the second lets everything settle. */
export const WARM_UP_STEPS = 2;

/**
 * Steps of a time process on a GPU before the first that is timed. The first steps compile kernels for the device, make the libraries'
 * handles and workspaces and raise the clocks. Bytes do not wait for that: they keep to two, as the records say.
 */
export const GPU_TIMING_WARM_UP_STEPS = 10;

export type Job =
  /** Load the runtime and say what it is. */
  | ({ readonly kind: 'probe' } & Pick<RunConfig['runtime'], 'backend' | 'device'>)
  /** `memory`: count bytes, with every ledger running. `time`: the same steps with nothing running beside them. */
  | { readonly kind: 'memory' | 'time'; readonly config: RunConfig; readonly repeats: number };

export type RuntimeFacts = Omit<LoadedRuntime, 'tf' | 'native' | 'statistics'> & { readonly loadMs: number };

export type LedgerOutcome =
  | { readonly ledger: Ledger; readonly marks: readonly MarkReading[] }
  | ({ readonly ledger: Ledger } & Unavailable);

export type WitnessOutcome =
  | { readonly witness: Witness; readonly marks: readonly MarkReading[] }
  | ({ readonly witness: Witness } & Unavailable);

/** What a memory process has counted. */
export interface Counted {
  readonly ledgers: readonly LedgerOutcome[];
  readonly witnesses: readonly WitnessOutcome[];
}

export type Answer =
  | { readonly kind: 'loaded'; readonly facts: RuntimeFacts }
  | ({ readonly kind: 'memory' } & Counted)
  | { readonly kind: 'time'; readonly stepTimesMs: readonly number[] }
  | ({ readonly kind: 'out-of-memory'; readonly phase: string } & Exhausted)
  | { readonly kind: 'error'; readonly error: ErrorJson };
