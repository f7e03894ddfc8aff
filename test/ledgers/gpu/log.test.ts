/** What a process on a GPU writes: which lines count, whose they are, and how they agree with the books. Written by hand: see log.ts. */
import { expect, test } from 'vitest';
import { LogReader } from '../../../src/ledgers/logReader.ts';
import { RequestedCounter } from '../../../src/ledgers/requested.ts';
import type { TimelineEvent } from '../../../src/ledgers/timeline.ts';
import { device, host, measuring, out } from './log.ts';

function read(...lines: (string | string[])[]) {
  const requested = new RequestedCounter();
  const events: TimelineEvent[] = [];
  const log = new LogReader((event) => {
    events.push(event);
    requested.event(event);
  });
  for (const line of lines.flat()) log.line(line);
  expect([log.damagedLines, log.unknownDeallocations]).toEqual([0, 0]);
  return { log, events, requested: requested.readings() };
}

const allocations = (events: readonly TimelineEvent[]) =>
  events.flatMap((event) => (event.kind === 'allocated' ? [event.allocation] : []));

test('the host’s memory is not the device’s, whatever its ids are', () => {
  const { requested } = read(
    host.raw(1, 64), // before anybody followed
    device.silent(9, 1028),
    measuring.followed(),
    measuring.mark('start'),
    device.tensor(1, 400, 'Fill'),
    host.tensor(2, 128, 'Shape'),
    host.tensor(1, 4, 'copy', 'gpu_host_bfc'),
    measuring.op('Fill', [out(10, 400)]),
    host.freed(1, 'gpu_host_bfc'),
    host.rawFreed(1),
    host.freed(2),
    host.freed(3), // of something that was there before the log was read
    device.freed(8), // and of the device's
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
    measuring.followed(),
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

test('a request that TensorFlow’s log is silent about counts, and is the operation’s', () => {
  const { requested, events } = read(
    measuring.followed(),
    device.silent(1, 64),
    device.silent(2, 400),
    device.freed(1),
    measuring.op('Sub', [out(10, 400)]),
    measuring.mark('a'),
    device.freed(2),
    device.silent(2, 800), // the address is used again
    measuring.op('Mul', [out(11, 800)]),
    measuring.mark('b'),
  );
  expect(requested.map(({ levelBytes, peakBytes }) => [levelBytes, peakBytes])).toEqual([
    [400, 464],
    [800, 800],
  ]);
  expect(allocations(events)).toMatchObject([
    { kernel: 'Sub', role: 'temporary', handle: null, place: { component: 'scratch' } },
    { kernel: 'Sub', role: 'buffer', handle: 10, allocatedBytes: 512 },
    { kernel: 'Mul', role: 'buffer', handle: 11, allocatedBytes: 1024 },
  ]);
  expect(new Set(allocations(events).map(({ id }) => id)).size).toBe(3);
});

const IDS = { handle: 5, bytes: 400, place: { component: 'inputs', layer: null } };
const reads = (...hostOperands: object[]) => ({ hostOperands });

test('a copy of a host operand on the device is a mirror, in the operand’s place, until the operand’s handle dies', () => {
  const { requested, events } = read(
    measuring.followed(),
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
  expect(allocations(events).map(({ role, handle }) => [role, handle])).toEqual([
    ['mirror', null],
    ['temporary', null],
    ['buffer', 10],
    ['buffer', 11],
    ['mirror', null],
    ['buffer', 12],
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
    measuring.followed(),
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
    measuring.followed(),
    device.tensor(1, 400, 'Unknown'),
    device.tensor(2, 400, 'Unknown'),
    measuring.op('Where', [out(10, 400)], reads(IDS)),
  );
  expect(allocations(events).map(({ role }) => role)).toEqual(['mirror', 'buffer']);
});

test('what a kernel keeps, and nobody else has, is scratch of its own', () => {
  const { requested, events } = read(
    measuring.followed(),
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
    measuring.followed(),
    host.tensor(1, 12, 'Shape'),
    measuring.op('Shape', [out(10, 0)]),
    host.tensor(2, 12, 'copy', 'gpu_host_bfc'),
    measuring.mark('a'),
  );
  expect(requested[0]).toMatchObject({ levelBytes: 0, level: { belowBytes: 0 } });
});
