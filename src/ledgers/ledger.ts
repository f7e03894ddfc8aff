/** One small interface for whoever counts bytes during a run. One file per ledger. */
import type { Ledger as LedgerId } from '../records/quantity.ts';
import type { LoadedRuntime } from '../runtime/load.ts';
import type { Books } from './books.ts';
import type { MarkReading } from './reading.ts';

export type { Instant, MarkReading } from './reading.ts';

/** Why a ledger could not count here. Never 0 instead. */
export interface Unavailable {
  readonly reason: string;
}

/** Starts to count before the model is built; `mark` and counting must not allocate tensors. */
export interface RunningLedger {
  mark(mark: string): void;
  /** The readings, or why those that were taken do not stand. */
  stop(): readonly MarkReading[] | Unavailable;
}

export interface LedgerSource {
  readonly id: LedgerId;
  start(runtime: LoadedRuntime, books: Books): RunningLedger | Unavailable;
}
