/** A stored step as requests, and what was there when it began. */
import type { StepEvent, StoredBuffer, StoredTimeline } from '../records/timeline.ts';
import type { LaidOut } from './layout.ts';
import type { RequestEvent } from './requestEvent.ts';

/** From mark m0 to mark m3. */
export const storedRequests = (timeline: StoredTimeline): RequestEvent[] => timeline.events.flatMap(requestOf);

function requestOf(event: StepEvent): RequestEvent[] {
  switch (event.kind) {
    case 'mark':
      return [{ kind: 'mark', name: event.mark }];
    case 'allocated':
      return [{ kind: 'allocate', id: event.buffer.id, bytes: event.buffer.requestedBytes }];
    case 'freed':
      return [{ kind: 'free', id: event.id }];
    case 'moved':
      return []; // on the books only
  }
}

/** Where a buffer lies; null where only TensorFlow's log was read. Followed, an id is the address and the number of the request. */
export function addressOf({ id }: StoredBuffer): number | null {
  const [, address] = /^(\d+)#\d+$/.exec(id) ?? [];
  return address === undefined ? null : Number(address);
}

/** What was alive when the step began, with its chunks; null where the timeline does not tell where it lies. */
export function laidOutAtStart(timeline: StoredTimeline): LaidOut[] | null {
  const laidOut = timeline.aliveAtStart.flatMap((buffer) => {
    const address = addressOf(buffer);
    const { id, requestedBytes, allocatedBytes } = buffer;
    return address === null || allocatedBytes === null
      ? []
      : [{ id, address, requestedBytes, chunkBytes: allocatedBytes }];
  });
  return laidOut.length === timeline.aliveAtStart.length ? laidOut : null;
}
