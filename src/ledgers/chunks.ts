/** What the allocator makes of the requests: the chunks of all live allocations, for the difference between `requested` and `allocated`. */
import type { RunConfig } from '../config/schema.ts';
import { HighWater } from './highWater.ts';
import type { Instant, MarkReading } from './ledger.ts';
import type { TimelineEvent } from './timeline.ts';

/**
 * BFC rounds every request up to a multiple of this (bfc_allocator.h, kMinAllocationSize). Null where the statistics count what was asked
 * for: nothing lies between the two then (gpu_cudamallocasync_allocator.cc, AllocateRaw; malloc counts nothing).
 */
const ROUNDING_BYTES: Readonly<Record<RunConfig['runtime']['allocator'], number | null>> = {
  bfc: 256,
  malloc: null,
  cuda_malloc_async: null,
};

export class ChunkCounter {
  private readonly water = new HighWater(() => this.look());
  private requestedBytes = 0;
  private roundingBytes = 0;
  private slackBytes = 0;
  private readonly unitBytes: number | null;

  constructor(allocator: RunConfig['runtime']['allocator']) {
    this.unitBytes = ROUNDING_BYTES[allocator];
  }

  event(event: TimelineEvent): void {
    if (event.kind === 'mark') {
      this.water.mark(event.mark);
      return;
    }
    if (event.kind === 'moved') return;
    const { requestedBytes, kernel, place } = event.allocation;
    const unitBytes = this.unitBytes ?? 1;
    const rounded = Math.ceil(requestedBytes / unitBytes) * unitBytes;
    // Of a kernel's own raw memory the log does not tell the chunk: it is no smaller than this.
    const allocatedBytes = Math.max(event.allocation.allocatedBytes, rounded);
    const sign = event.kind === 'allocated' ? 1 : -1;
    if (sign === -1) this.water.keepPeak();
    this.requestedBytes += sign * requestedBytes;
    this.roundingBytes += sign * (rounded - requestedBytes);
    this.slackBytes += sign * (allocatedBytes - rounded);
    this.water.add(sign * allocatedBytes, kernel, place.component);
  }

  readings(): readonly MarkReading[] {
    return this.water.stop();
  }

  private look(): Instant {
    const parts = { rounding: this.roundingBytes, 'chunk-slack': this.slackBytes };
    return { belowBytes: this.requestedBytes, parts: this.unitBytes === null ? {} : parts };
  }
}
