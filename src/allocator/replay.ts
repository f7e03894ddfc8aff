/** What the allocator would have in use at every mark of a run, from nothing but the requests. */
import { type Allocated, BfcAllocator, type BfcOptions, type OutOfMemory } from './bfc.ts';
import type { Region } from './regionOrder.ts';
import type { RequestEvent } from './requestEvent.ts';
import type { Charge } from './statistics.ts';

/** Read at a mark. The peak is the one since the mark before. */
export interface ReplayedMark {
  readonly mark: string;
  readonly levelBytes: number;
  readonly peakBytes: number;
  readonly poolBytes: number;
  /** The pool by cause at the mark, and when the peak was first reached. */
  readonly level: Charge;
  readonly peak: Charge;
  /** Requests that were met since the mark before, and the largest chunk that one of them got. */
  readonly allocations: number;
  readonly largestChunkBytes: number;
}

export interface Replay {
  readonly marks: readonly ReplayedMark[];
  /** Where it ended early; null if every request was met. */
  readonly outOfMemory: OutOfMemory | null;
  /** At the end, in the order in which they were taken. */
  readonly regions: readonly Region[];
}

/** `onChunk` is told what every request got. */
export function replay(
  events: Iterable<RequestEvent>,
  options: BfcOptions = {},
  onChunk: (id: string, allocated: Allocated) => void = () => {},
): Replay {
  const allocator = new BfcAllocator(options);
  const marks: ReplayedMark[] = [];
  for (const event of events) {
    if (event.kind === 'free') {
      allocator.free(event.id);
    } else if (event.kind === 'allocate') {
      const answer = allocator.allocate(event.id, event.bytes);
      if ('outOfMemory' in answer) return { marks, outOfMemory: answer.outOfMemory, regions: allocator.regions };
      onChunk(event.id, answer);
    } else {
      marks.push(read(allocator, event.name));
      allocator.clearPeak();
    }
  }
  return { marks, outOfMemory: null, regions: allocator.regions };
}

const read = (allocator: BfcAllocator, mark: string): ReplayedMark => ({
  mark,
  levelBytes: allocator.inUseBytes,
  peakBytes: allocator.peakInUseBytes,
  poolBytes: allocator.poolBytes,
  level: allocator.charge,
  peak: allocator.peakCharge,
  allocations: allocator.allocations,
  largestChunkBytes: allocator.largestChunkBytes,
});
