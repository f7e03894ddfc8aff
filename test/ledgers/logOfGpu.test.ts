/** The log of a GPU: which lines count, whose they are, and how they agree with the books. Written by hand: see gpuLog.ts. */
import { expect, test } from 'vitest';
import { LogReader } from '../../src/ledgers/logReader.ts';
import { RequestedCounter } from '../../src/ledgers/requested.ts';
import type { TimelineEvent } from '../../src/ledgers/timeline.ts';
import { ASYNC, asynchronous, device, GPU, host, measuring, out } from './gpuLog.ts';

function read(...lines: string[]) {
  const requested = new RequestedCounter();
  const events: TimelineEvent[] = [];
  const log = new LogReader((event) => {
    events.push(event);
    requested.event(event);
  });
  for (const line of lines) log.line(line);
  expect([log.damagedLines, log.unknownDeallocations]).toEqual([0, 0]);
  return { log, events, requested: requested.readings() };
}

const allocations = (events: readonly TimelineEvent[]) =>
  events.flatMap((event) => (event.kind === 'allocated' ? [event.allocation] : []));

test.each([GPU, null])('the host’s memory is not the device’s, whatever its ids are (allocator %s)', (allocator) => {
  const { requested } = read(
    host.raw(1, 64), // before anything is known of the device
    measuring.device(allocator),
    measuring.mark('start'),
    device.tensor(1, 400, 'Fill'),
    host.tensor(2, 128, 'Shape'),
    host.tensor(1, 4, 'copy', 'gpu_host_bfc'),
    measuring.op('Fill', [out(10, 400)]),
    host.freed(1, 'gpu_host_bfc'),
    host.rawFreed(1),
    host.freed(2),
    host.freed(3), // of something that was there before the log was read
    measuring.mark('made'),
    device.freed(1),
    measuring.mark('gone'),
  );
  expect(requested.map(({ levelBytes, peakBytes }) => [levelBytes, peakBytes])).toEqual([
    [0, 0],
    [400, 400],
    [0, 400],
  ]);
});

test('an upload is what the device got: its bytes, its chunk and the books’ place', () => {
  const { events, requested } = read(
    measuring.device(),
    host.raw(1, 1000),
    device.tensor(1, 1000, 'Unknown', 1280),
    host.rawFreed(1),
    measuring.upload(out(10, 1000, 'inputs')),
    host.raw(2, 32), // int32 stays on the host: the books have 0 bytes for it
    measuring.upload(out(11, 0, 'inputs')),
    measuring.mark('a'),
  );
  expect(allocations(events)).toMatchObject([
    { requestedBytes: 1000, allocatedBytes: 1280, kernel: 'upload', handle: 10, bookedBytes: 1000 },
  ]);
  expect(requested[0]).toMatchObject({
    levelBytes: 1000,
    level: { belowBytes: 1000, components: [{ component: 'inputs', layer: 1, bytes: 1000 }] },
  });
});

test('a kernel’s own memory is given back when it says so first; the echo may name what is another’s by then', () => {
  const { requested, events } = read(
    measuring.device(),
    device.raw(1, 64, 'ArgMax'),
    device.tensor(2, 400, 'ArgMax'),
    device.rawFreed(1, 'ArgMax', true),
    measuring.op('ArgMax', [out(10, 400)]),
    measuring.mark('a'),
    device.tensor(3, 800, 'Mul'),
    device.rawFreed(3, 'ArgMax', false), // its chunk is Mul's now
    measuring.op('Mul', [out(11, 800)]),
    measuring.mark('b'),
  );
  expect(requested.map(({ levelBytes, peakBytes }) => [levelBytes, peakBytes])).toEqual([
    [400, 464],
    [1200, 1200],
  ]);
  expect(allocations(events)[0]).toMatchObject({ kernel: 'ArgMax', handle: null, place: { component: 'scratch' } });
});

test('cuda_malloc_async gives no ids: the allocator’s own lines tell what came back', () => {
  const { log, requested, events } = read(
    asynchronous.given(1028, 0x302000000), // TensorFlow's own for the device; its log has no tensor for it
    measuring.device(ASYNC),
    measuring.mark('start'),
    asynchronous.given(400, 0x302000600),
    asynchronous.chatter(),
    asynchronous.tensor(400, 0x302000600, 'Fill'),
    measuring.op('Fill', [out(10, 400)]),
    asynchronous.tensor(400, 0x302000600, 'Reshape'), // passed on: the same memory
    measuring.op('Reshape', []),
    measuring.mark('made'),
    asynchronous.freed(),
    asynchronous.takenBack(0x302000600),
    asynchronous.given(600, 0x302000600), // the address is used again
    asynchronous.tensor(600, 0x302000600, 'Mul'),
    measuring.op('Mul', [out(11, 600)]),
    measuring.mark('again'),
    asynchronous.takenBack(0x302000000),
    asynchronous.freed(),
    asynchronous.takenBack(0x302000600),
    measuring.mark('end'),
  );
  expect(requested.map(({ levelBytes, peakBytes }) => [levelBytes, peakBytes])).toEqual([
    [0, 0],
    [400, 400],
    [600, 600],
    [0, 600],
  ]);
  expect(new Set(allocations(events).map(({ id }) => id)).size).toBe(2);
  expect(log.otherLines).toEqual([]);
});

test('what cuda_malloc_async could not give is for people to read', () => {
  expect(read(asynchronous.refusal()).log.otherLines).toEqual([asynchronous.refusal()]);
});

test('without the allocator’s own lines the log of cuda_malloc_async is worth nothing, and says so', () => {
  const log = new LogReader(() => {});
  for (const line of [measuring.device(ASYNC), asynchronous.tensor(400, 0x302000600, 'Fill'), asynchronous.freed()]) {
    log.line(line);
  }
  expect(log.damagedLines).toBe(2);
});
