/** Keeps one step of what the log reader tells, as a timeline that can be stored. */

import { dataTypeName } from '../ledgers/dataTypes.ts';
import type { Allocation, TimelineEvent } from '../ledgers/timeline.ts';
import { stepMark } from '../measure/marks.ts';
import { type Mark, type MarkedStep, phaseAfter, stepMarks } from '../records/mark.ts';
import type { MeasurementRecord } from '../records/measurement.ts';
import type { Phase } from '../records/quantity.ts';
import {
  hasReading,
  type StepEvent,
  type StoredBuffer,
  type StoredTimeline,
  TIMELINE_VERSION,
} from '../records/timeline.ts';
import { HolderNotes } from './holderNotes.ts';
import { StepClock } from './stepClock.ts';

export class TimelineRecorder {
  private readonly step: number;
  private readonly first: Mark | undefined;
  private readonly markOf: ReadonlyMap<string, Mark>;
  private readonly live = new Map<string, Allocation>();
  private readonly clock = new StepClock();
  private readonly holders = new HolderNotes(this.live);
  private readonly aliveAtStart: StoredBuffer[] = [];
  private readonly events: StepEvent[] = [];
  /** Null outside the recorded step. */
  private phase: Phase | null = null;

  constructor(step: number, marked: MarkedStep) {
    this.step = step;
    [this.first] = stepMarks(marked);
    this.markOf = new Map(stepMarks(marked).map((mark) => [stepMark(step, mark), mark]));
  }

  event(event: TimelineEvent): void {
    if (this.phase !== null) this.holders.beforeChange(this.phase);
    if (event.kind === 'mark') {
      this.mark(event.mark);
      return;
    }
    const { allocation } = event;
    if (event.kind === 'allocated') this.live.set(allocation.id, allocation);
    if (event.kind === 'freed') this.live.delete(allocation.id);
    if (this.phase === null) return;
    if (event.kind === 'allocated') this.holders.grow(allocation.requestedBytes);
    if (event.kind === 'freed') this.holders.grow(-allocation.requestedBytes);
    this.events.push(this.stored(event, this.phase));
  }

  /** The step as `record` counted it; null if there is no reading of `requested` that vouches for it. */
  timeline(record: MeasurementRecord): StoredTimeline | null {
    if (!hasReading(record, 'requested')) return null;
    const { configId, startedAt } = record;
    const chunksKnown = hasReading(record, 'allocated');
    const chunk = (buffer: StoredBuffer) => (chunksKnown ? buffer : { ...buffer, allocatedBytes: null });
    return {
      version: TIMELINE_VERSION,
      configId,
      startedAt,
      step: this.step,
      aliveAtStart: this.aliveAtStart.map(chunk),
      events: this.events.map((event) =>
        event.kind === 'allocated' ? { ...event, buffer: chunk(event.buffer) } : event,
      ),
      heldAtPeak: this.holders.atPeak(),
    };
  }

  private mark(name: string): void {
    const mark = this.markOf.get(name);
    if (mark === undefined) return;
    if (mark === this.first) {
      this.aliveAtStart.push(...[...this.live.values()].map(toStored));
      this.holders.start();
    }
    this.phase = phaseAfter(mark);
    this.events.push({ kind: 'mark', mark, timeUs: this.clock.at(null) });
  }

  private stored(event: Exclude<TimelineEvent, { kind: 'mark' }>, phase: Phase): StepEvent {
    const { id } = event.allocation;
    if (event.kind === 'moved') {
      const { component, layer } = event.to;
      return { kind: 'moved', timeUs: this.clock.at(null), phase, id, component, layer };
    }
    const timeUs = this.clock.at(event.timeUs);
    return event.kind === 'freed'
      ? { kind: 'freed', timeUs, phase, id }
      : { kind: 'allocated', timeUs, phase, buffer: toStored(event.allocation) };
  }
}

/** As it is now: an allocation changes its place later. */
function toStored(allocation: Allocation): StoredBuffer {
  const { id, kernel, shape, dtype, requestedBytes, allocatedBytes, bookedBytes, place } = allocation;
  return {
    id,
    kernel,
    shape: shape === null ? null : [...shape],
    dtype: dtype === null ? null : dataTypeName(dtype),
    requestedBytes,
    allocatedBytes,
    bookedBytes,
    component: place.component,
    layer: place.layer,
  };
}
