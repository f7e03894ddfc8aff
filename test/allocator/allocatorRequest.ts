/** What a run asked of the allocator, as its log tells, for a replay of it. */
import type { RequestEvent } from '../../src/allocator/requestEvent.ts';
import type { TimelineEvent } from '../../src/ledgers/timeline.ts';

/** One event of the log reader; null for what only moves on the books. */
export function allocatorRequest(event: TimelineEvent): RequestEvent | null {
  switch (event.kind) {
    case 'allocated':
      return { kind: 'allocate', id: event.allocation.id, bytes: event.allocation.requestedBytes };
    case 'freed':
      return { kind: 'free', id: event.allocation.id };
    case 'mark':
      return { kind: 'mark', name: event.mark };
    case 'moved':
      return null;
  }
}
