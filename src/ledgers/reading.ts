/** What a ledger reads: a level and a maximum at a mark, and what it knows about the two instants. */
import type { ComponentBytes } from '../records/measurement.ts';
import type { PartName } from '../records/quantity.ts';

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
  /** The maximum was looked for and not counted: there may have been a higher one between two looks. */
  readonly peakIsLowerBound?: true;
  /** The kernel or op that raised the level to that maximum; null if it was never raised, or the ledger cannot know. */
  readonly peakKernel: string | null;
  /** The component that the buffer belongs to which raised it; null or absent where that is not known. */
  readonly peakComponent?: ComponentBytes['component'] | null;
  readonly level: Instant;
  readonly peak: Instant;
}
