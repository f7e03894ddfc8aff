/** What the allocator makes of the requests: the chunks of all live allocations, for the difference between `requested` and `allocated`. */
import { HighWater } from './highWater.ts';
import type { Instant, MarkReading } from './ledger.ts';
import type { TimelineEvent } from './timeline.ts';

/** BFC rounds every request up to a multiple of this (bfc_allocator.h, kMinAllocationSize). */
const ROUNDING_BYTES = 256;

export class ChunkCounter {
  private readonly water = new HighWater(() => this.look());
  private requestedBytes = 0;
  private roundingBytes = 0;
  private slackBytes = 0;

  event(event: TimelineEvent): void {
    if (event.kind === 'mark') {
      this.water.mark(event.mark);
      return;
    }
    if (event.kind === 'moved') return;
    const { requestedBytes, allocatedBytes, kernel, place } = event.allocation;
    const rounded = Math.ceil(requestedBytes / ROUNDING_BYTES) * ROUNDING_BYTES;
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
    return {
      belowBytes: this.requestedBytes,
      parts: { rounding: this.roundingBytes, 'chunk-slack': this.slackBytes },
    };
  }
}
