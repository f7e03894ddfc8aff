/** One small interface for whoever counts bytes during a run. One file per ledger. */
import type { ComponentBytes } from '../records/measurement.ts';
import type { Ledger as LedgerId, PartName } from '../records/quantity.ts';
import type { LoadedRuntime } from '../runtime/load.ts';
import type { Books } from './books.ts';

/** What a ledger can say about one instant beside its level. A ledger says what it knows. */
export interface Instant {
  /** The level, by component and layer. */
  readonly components?: readonly ComponentBytes[];
  /** What the ledger below reads at this same instant, and the named parts of the difference, each computed on its own. */
  readonly belowBytes?: number;
  readonly parts?: Readonly<Partial<Record<PartName, number>>>;
}

/** What a ledger knows at a mark: the level there, and the maximum since the mark before. */
export interface MarkReading {
  /** As given to `mark`. */
  readonly mark: string;
  readonly levelBytes: number;
  readonly peakBytes: number;
  /** The kernel or op that raised the level to that maximum; null if it was never raised, or the ledger cannot know. */
  readonly peakKernel: string | null;
  /** The component that the buffer belongs to which raised it; null or absent where that is not known. */
  readonly peakComponent?: ComponentBytes['component'] | null;
  readonly level: Instant;
  readonly peak: Instant;
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
  start(runtime: LoadedRuntime, books: Books): RunningLedger | Unavailable;
}
