/** The log of a GPU: which lines count, whose they are, and how they agree with the books. Written by hand: see log.ts. */
import { expect, test } from 'vitest';
import { LogReader } from '../../../src/ledgers/logReader.ts';
import { RequestedCounter } from '../../../src/ledgers/requested.ts';
import type { TimelineEvent } from '../../../src/ledgers/timeline.ts';
import { ASYNC, asynchronous, device, GPU, host, measuring, out } from './log.ts';

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

const IDS = { handle: 5, bytes: 400, place: { component: 'inputs', layer: null } };
const reads = (...hostOperands: object[]) => ({ hostOperands });

test('a copy of a host operand on the device is a mirror, in the operand’s place, until the operand’s handle dies', () => {
  const { requested, events } = read(
    measuring.device(),
    host.raw(1, 400),
    measuring.upload(out(5, 0, 'inputs')),
    device.tensor(1, 400, 'Unknown'), // before the kernel runs, and as large as what the kernel makes
    device.tensor(2, 64, 'Unknown'),
    device.tensor(3, 400, 'GatherV2'),
    device.freed(2),
    measuring.op('GatherV2', [out(10, 400)], reads(IDS)),
    measuring.mark('gathered'),
    device.tensor(4, 800, 'OneHot'), // the copy is there already
    measuring.op('OneHot', [out(11, 800)], reads(IDS)),
    device.freed(3),
    device.freed(4),
    measuring.mark('made'),
    device.freed(1),
    host.rawFreed(1),
    measuring.mark('gone'),
    device.tensor(5, 400, 'Unknown'), // another handle had the number's bytes: mirrored anew
    device.tensor(6, 4, 'Sum'),
    measuring.op('Sum', [out(12, 4)], reads(IDS)),
    measuring.mark('again'),
  );
  expect(allocations(events).map(({ id, role, handle }) => [id, role, handle])).toEqual([
    ['1', 'mirror', null],
    ['2', 'temporary', null],
    ['3', 'buffer', 10],
    ['4', 'buffer', 11],
    ['5', 'mirror', null],
    ['6', 'buffer', 12],
  ]);
  expect(requested.map(({ levelBytes, level }) => ({ levelBytes, ...level }))).toMatchObject([
    { levelBytes: 800, belowBytes: 400, parts: { 'kernel-temporaries': 0, mirrors: 400 } },
    { levelBytes: 400, belowBytes: 0, parts: { 'kernel-temporaries': 0, mirrors: 400 } },
    { levelBytes: 0, belowBytes: 0, parts: { 'kernel-temporaries': 0, mirrors: 0 } },
    { levelBytes: 404, belowBytes: 4, parts: { 'kernel-temporaries': 0, mirrors: 400 } },
  ]);
  expect(requested[1]?.level.components).toEqual([{ component: 'inputs', layer: null, bytes: 400 }]);
  // At the peak of the first phase the temporary was alive too, and the parts still add up.
  expect(requested[0]?.peak).toMatchObject({
    belowBytes: 400,
    parts: { 'kernel-temporaries': 64, mirrors: 400 },
  });
  expect(requested[0]?.peakBytes).toBe(400 + 64 + 400);
});

test('each of two operands has its copy; a third needs none', () => {
  const other = { handle: 6, bytes: 400, place: { component: 'loss', layer: null } };
  const { requested } = read(
    measuring.device(),
    device.tensor(1, 400, 'Unknown'),
    device.tensor(2, 400, 'Unknown'),
    device.tensor(3, 400, 'Add'),
    measuring.op('Add', [out(10, 400)], reads(IDS, other, { ...IDS, handle: 7, bytes: 8 })),
    measuring.mark('a'),
  );
  expect(requested[0]?.level.components).toEqual([
    { component: 'inputs', layer: null, bytes: 400 },
    { component: 'loss', layer: null, bytes: 400 },
    { component: 'attention', layer: 1, bytes: 400 },
  ]);
});

test('an output that its kernel made by itself is found behind the copies', () => {
  const { events } = read(
    measuring.device(),
    device.tensor(1, 400, 'Unknown'),
    device.tensor(2, 400, 'Unknown'),
    measuring.op('Where', [out(10, 400)], reads(IDS)),
  );
  expect(allocations(events).map(({ role }) => role)).toEqual(['mirror', 'buffer']);
});

test('what a kernel keeps, and nobody else has, is scratch of its own', () => {
  const { requested, events } = read(
    measuring.device(),
    device.tensor(1, 1024, 'Unknown'),
    device.tensor(2, 400, 'MatMul'),
    measuring.op('MatMul', [out(10, 400)]),
    measuring.mark('a'),
  );
  expect(allocations(events)[0]).toMatchObject({ kernel: 'MatMul', role: 'kept', place: { component: 'scratch' } });
  expect(requested[0]?.level).toMatchObject({
    belowBytes: 400,
    parts: { 'kernel-temporaries': 0, scratch: 1024 },
  });
});

test('an output on the host has no bytes in the books and no line that counts', () => {
  const { requested } = read(
    measuring.device(),
    host.tensor(1, 12, 'Shape'),
    measuring.op('Shape', [out(10, 0)]),
    host.tensor(2, 12, 'copy', 'gpu_host_bfc'),
    measuring.mark('a'),
  );
  expect(requested[0]).toMatchObject({ levelBytes: 0, level: { belowBytes: 0 } });
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
