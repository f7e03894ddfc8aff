/**
 * `requested`: live bytes asked of TensorFlow's allocator. On a CPU its own allocation log tells; on a GPU the allocator, which is followed
 * request by request. Marked in the child, counted in the parent.
 */
import { currentPlace } from '../model/component.ts';
import type { PartName } from '../records/quantity.ts';
import type { AllocatorStatistics } from '../runtime/allocatorStatistics.ts';
import { Breakdown } from './breakdown.ts';
import { writeBooksDown, writeEvent } from './eventLines.ts';
import { HighWater } from './highWater.ts';
import type { Instant, LedgerSource, MarkReading } from './ledger.ts';
import type { Role, TimelineEvent } from './timeline.ts';

/** The child's half: our lines between TensorFlow's. */
export const requestedMarks: LedgerSource = {
  id: 'requested',
  start({ native, device, statistics }, books) {
    if (native === null) return { reason: 'the javascript backend does not allocate through TensorFlow' };
    const onGpu = device.kind === 'gpu';
    if (onGpu && 'reason' in statistics) return statistics;
    const told = 'reason' in statistics ? null : statistics;
    if (onGpu && told !== null) follow(told);
    // To a GPU an array is copied, and the log tells the chunk of the copy; what the host gave for it in between is not the device's.
    const chunkBytes = told === null || onGpu ? () => 0 : () => told.lastUploadAllocatedBytes();
    writeBooksDown(books, chunkBytes, currentPlace);
    return { mark: (mark) => writeEvent({ kind: 'mark', mark }), stop: () => [] };
  },
};

/** On a GPU many kernels' requests are not in TensorFlow's log; the allocator itself is asked to tell. */
function follow(statistics: AllocatorStatistics): void {
  writeEvent({ kind: 'followed', allocator: statistics.allocatorName });
  statistics.followAllocations();
}

const PART_OF = { temporary: 'kernel-temporaries', mirror: 'mirrors', kept: 'scratch' } as const satisfies Partial<
  Record<Role, PartName>
>;

/** The parent's half. */
export class RequestedCounter {
  private readonly components = new Breakdown();
  private readonly water = new HighWater(() => this.look(), this.components);
  private bookedBytes = 0;
  /** What no handle leads to. Without a GPU kernels keep nothing, and there is nothing to mirror: those parts appear with their first byte. */
  private readonly parts: Partial<Record<PartName, number>> = { 'kernel-temporaries': 0 };

  event(event: TimelineEvent): void {
    if (event.kind === 'mark') {
      this.water.mark(event.mark);
      return;
    }
    const { allocation } = event;
    if (event.kind === 'moved') {
      this.water.keepPeak();
      this.components.add(event.from, -allocation.requestedBytes);
      this.components.add(event.to, allocation.requestedBytes);
      return;
    }
    const sign = event.kind === 'allocated' ? 1 : -1;
    if (sign === -1) this.water.keepPeak();
    this.components.add(allocation.place, sign * allocation.requestedBytes);
    this.bookedBytes += sign * allocation.bookedBytes;
    if (allocation.role !== 'buffer') {
      const part = PART_OF[allocation.role];
      this.parts[part] = (this.parts[part] ?? 0) + sign * allocation.requestedBytes;
    }
    this.water.add(sign * allocation.requestedBytes, allocation.kernel, allocation.place.component);
  }

  readings(): readonly MarkReading[] {
    return this.water.stop();
  }

  private look(): Instant {
    return { belowBytes: this.bookedBytes, parts: { ...this.parts } };
  }
}
