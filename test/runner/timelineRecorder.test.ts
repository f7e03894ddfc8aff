import { expect, test } from 'vitest';
import type { Allocation, TimelineEvent } from '../../src/ledgers/timeline.ts';
import type { Place } from '../../src/model/component.ts';
import { timelineSchema } from '../../src/records/timeline.ts';
import { StepClock } from '../../src/runner/stepClock.ts';
import { TimelineRecorder } from '../../src/runner/timelineRecorder.ts';
import { exampleReading, measuredRecord, unmeasuredRecord } from '../records/exampleRecord.ts';

const ATTENTION: Place = { component: 'attention', layer: 1 };
const WEIGHTS: Place = { component: 'weights', layer: null };

function allocation(id: string, requestedBytes: number, more: Partial<Allocation> = {}): Allocation {
  const tensor = { handle: Number(id), bookedBytes: requestedBytes, shape: [requestedBytes / 4], dtype: 1 };
  const of = { kernel: 'Add', role: 'buffer', place: ATTENTION, heldBy: [] } as const;
  return { id, requestedBytes, allocatedBytes: 256, ...tensor, ...of, heldBy: [], ...more };
}

const made = (of: Allocation, timeUs: number | null): TimelineEvent => ({ kind: 'allocated', allocation: of, timeUs });
const freed = (of: Allocation, timeUs: number | null): TimelineEvent => ({ kind: 'freed', allocation: of, timeUs });
const mark = (name: string): TimelineEvent => ({ kind: 'mark', mark: name });

const requested = exampleReading(500, { ledger: 'requested' });
const allocated = exampleReading(768, { ledger: 'allocated' });

function recorded(...events: (TimelineEvent | (() => TimelineEvent))[]) {
  const recorder = new TimelineRecorder(3, { kind: 'training', keyValueCache: 'none', microBatches: 1 });
  for (const event of events) recorder.event(typeof event === 'function' ? event() : event);
  return recorder;
}

/** A weight from before; in the step a buffer that moves, and another that is freed. */
function example() {
  const weight = allocation('1', 100, { place: WEIGHTS, heldBy: ['variable w', 'tape of MatMul'] });
  const gone = allocation('2', 8);
  const [kept, scratch] = [allocation('3', 400), allocation('4', 12, { handle: null, shape: null, dtype: null })];
  return recorded(
    mark('2.m0'),
    made(weight, 900),
    made(gone, 905),
    freed(gone, 906),
    mark('3.m0'),
    made(kept, 1000),
    () => {
      kept.heldBy.push('tape of Mul', 'tape of Mul');
      return mark('3.m1');
    },
    made(scratch, 1030),
    freed(scratch, 1020), // stamped by another thread
    () => {
      kept.place = WEIGHTS;
      return { kind: 'moved', allocation: kept, from: ATTENTION, to: WEIGHTS };
    },
    mark('3.m2'),
    freed(kept, null),
    mark('3.m3'),
    made(allocation('5', 4), 2000), // the next step is not kept
    mark('4.m0'),
  );
}

test('the step begins with what is alive and ends with its last mark', () => {
  const timeline = example().timeline(measuredRecord([requested, allocated]));
  expect(timelineSchema.parse(timeline)).toEqual(timeline);
  expect(timeline?.aliveAtStart).toEqual([
    {
      id: '1',
      kernel: 'Add',
      shape: [25],
      dtype: 'float32',
      requestedBytes: 100,
      allocatedBytes: 256,
      bookedBytes: 100,
      ...WEIGHTS,
    },
  ]);
  expect(timeline?.events).toMatchObject([
    { kind: 'mark', mark: 'm0', timeUs: 0 },
    { kind: 'allocated', timeUs: 0, phase: 'forward', buffer: { id: '3', ...ATTENTION } }, // as it was then
    { kind: 'mark', mark: 'm1', timeUs: 0 },
    { kind: 'allocated', timeUs: 30, phase: 'backward', buffer: { id: '4', shape: null, dtype: null } },
    { kind: 'freed', timeUs: 30, phase: 'backward', id: '4' },
    { kind: 'moved', timeUs: 30, phase: 'backward', id: '3', ...WEIGHTS },
    { kind: 'mark', mark: 'm2', timeUs: 30 },
    { kind: 'freed', timeUs: 30, phase: 'optimizer', id: '3' },
    { kind: 'mark', mark: 'm3', timeUs: 30 },
  ]);
});

test('holders are those at the peak: named once, and not the tape of an earlier step', () => {
  const timeline = example().timeline(measuredRecord([requested]));
  expect(timeline?.heldAtPeak).toEqual({ '1': ['variable w'], '3': ['tape of Mul'] });
});

test('a maximum in the optimizer is held by no tape', () => {
  const weight = allocation('1', 100, { heldBy: ['variable w'] });
  const taped = allocation('2', 8);
  const recorder = recorded(
    made(weight, 1),
    mark('3.m0'),
    made(taped, 2),
    () => {
      taped.heldBy.push('tape of Mul');
      return mark('3.m1');
    },
    mark('3.m2'),
    made(allocation('3', 50), 3),
    () => {
      weight.heldBy.push('variable v');
      return mark('3.m3');
    },
  );
  expect(recorder.timeline(measuredRecord([requested]))?.heldAtPeak).toEqual({ '1': ['variable w', 'variable v'] });
});

test('chunks are kept only where the allocator told them', () => {
  const timeline = example().timeline(measuredRecord([requested]));
  expect(timeline?.aliveAtStart[0]?.allocatedBytes).toBeNull();
  expect(timeline?.events[1]).toMatchObject({ buffer: { allocatedBytes: null } });
});

test('without a reading of requested there is no timeline', () => {
  expect(example().timeline(measuredRecord([exampleReading(1)]))).toBeNull();
  expect(example().timeline(unmeasuredRecord('failed'))).toBeNull();
});

test('the clock goes on past midnight and never back', () => {
  const clock = new StepClock();
  const dayUs = 24 * 3600 * 1e6;
  expect([null, dayUs - 5, dayUs - 1, dayUs - 2, 3, null].map((timeUs) => clock.at(timeUs))).toEqual([
    0, 0, 4, 4, 8, 8,
  ]);
});
