/** A stored timeline played again: what is live after each event, and where the step's maximum is. Pure. */
import { type Mark, phaseAfter } from '../records/mark.ts';
import type { Phase } from '../records/quantity.ts';
import type { StepEvent, StoredBuffer, StoredTimeline } from '../records/timeline.ts';

/** What is live at an instant. */
export class LiveMemory {
  readonly buffers = new Map<string, StoredBuffer>();
  readonly componentBytes = new Map<string, number>();
  requestedBytes = 0;
  allocatedBytes = 0;
  bookedBytes = 0;

  constructor(aliveAtStart: readonly StoredBuffer[]) {
    for (const buffer of aliveAtStart) this.add(buffer);
  }

  apply(event: StepEvent): void {
    if (event.kind === 'allocated') this.add(event.buffer);
    if (event.kind === 'mark' || event.kind === 'allocated') return;
    const buffer = this.buffers.get(event.id);
    if (buffer === undefined) return; // its allocation is not in the file: nothing changes
    this.remove(buffer);
    if (event.kind === 'moved') this.add({ ...buffer, component: event.component, layer: event.layer });
  }

  private add(buffer: StoredBuffer): void {
    this.buffers.set(buffer.id, buffer);
    this.count(buffer, 1);
  }

  private remove(buffer: StoredBuffer): void {
    this.buffers.delete(buffer.id);
    this.count(buffer, -1);
  }

  private count({ component, requestedBytes, allocatedBytes, bookedBytes }: StoredBuffer, sign: 1 | -1): void {
    this.requestedBytes += sign * requestedBytes;
    this.allocatedBytes += sign * (allocatedBytes ?? 0);
    this.bookedBytes += sign * bookedBytes;
    const before = this.componentBytes.get(component) ?? 0;
    this.componentBytes.set(component, before + sign * requestedBytes);
  }
}

/** Calls `see` after each event with what is live then. */
export function replay(timeline: StoredTimeline, see: (event: StepEvent, live: LiveMemory) => void): void {
  const live = new LiveMemory(timeline.aliveAtStart);
  for (const event of timeline.events) {
    live.apply(event);
    see(event, live);
  }
}

export interface StepPeak {
  readonly timeUs: number;
  readonly phase: Phase;
  /** What raised it there; null if the step began at its maximum. */
  readonly kernel: string | null;
  readonly requestedBytes: number;
  readonly buffers: readonly StoredBuffer[];
}

/** The phase that a step begins with. */
export function firstPhase({ events }: Pick<StoredTimeline, 'events'>): Phase {
  const [mark] = events.flatMap((event) => (event.kind === 'mark' ? [event.mark] : []));
  return (mark === undefined ? null : phaseAfter(mark as Mark)) ?? 'forward';
}

/** The first maximum of `requested`, as the record reads the peak of its whole step. */
export function stepPeak(timeline: StoredTimeline): StepPeak {
  const start = new LiveMemory(timeline.aliveAtStart);
  let peak = {
    timeUs: 0,
    phase: firstPhase(timeline),
    kernel: null as string | null,
    requestedBytes: start.requestedBytes,
  };
  let peakIndex = -1;
  let index = 0;
  replay(timeline, (event, { requestedBytes }) => {
    if (event.kind === 'allocated' && requestedBytes > peak.requestedBytes) {
      const { timeUs, phase, buffer } = event;
      peak = { timeUs, phase, kernel: buffer.kernel, requestedBytes };
      peakIndex = index;
    }
    index += 1;
  });
  const live = new LiveMemory(timeline.aliveAtStart);
  for (const event of timeline.events.slice(0, peakIndex + 1)) live.apply(event);
  return { ...peak, buffers: [...live.buffers.values()] };
}
