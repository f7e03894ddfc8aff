/** One small interface for whoever counts bytes during a run. One file per ledger. */
import type { Ledger as LedgerId } from '../records/quantity.ts';
import type { LoadedRuntime } from '../runtime/load.ts';

/** What a ledger knows at a mark: the level there, and the maximum since the mark before. */
export interface MarkReading {
  /** As given to `mark`. */
  readonly mark: string;
  readonly levelBytes: number;
  readonly peakBytes: number;
  /** The kernel or op that raised the level to that maximum; null if it was never raised since the mark before. */
  readonly peakKernel: string | null;
}

/** Why a ledger could not count here. Never 0 instead. */
export interface Unavailable {
  readonly reason: string;
}

/** Starts to count before the model is built; `mark` and counting must not allocate tensors. */
export interface RunningLedger {
  mark(mark: string): void;
  stop(): readonly MarkReading[];
}

export interface LedgerSource {
  readonly id: LedgerId;
  start(runtime: LoadedRuntime): RunningLedger | Unavailable;
}
