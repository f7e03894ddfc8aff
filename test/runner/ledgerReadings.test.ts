import { expect, test } from 'vitest';
import type { MarkReading } from '../../src/ledgers/ledger.ts';
import { LedgerReadings } from '../../src/runner/ledgerReadings.ts';

const PREFIX = '2026-11-25 03:40:01.123456: I tensorflow/core/framework/log_memory.cc:34] __LOG_MEMORY__ ';
const allocation = `${PREFIX}MemoryLogTensorAllocation { kernel_name: "Fill" tensor { allocation_description { requested_bytes: 100 allocated_bytes: 256 allocator_name: "bfc" allocation_id: 1 } } }`;
const op =
  '@@memproof {"kind":"op","op":"Fill","outputs":[{"handle":3,"bytes":100,"shape":[25],"dtype":1,"place":{"component":"loss","layer":null}}],"place":{"component":"loss","layer":null}}';
const mark = '@@memproof {"kind":"mark","mark":"start"}';

const counted: MarkReading = { mark: 'start', levelBytes: 256, peakBytes: 256, peakKernel: null, level: {}, peak: {} };

function complete(...lines: string[]) {
  const readings = new LedgerReadings('bfc');
  for (const line of lines) readings.log.line(line);
  const [requested, allocated] = readings.complete([
    { ledger: 'requested', marks: [] },
    { ledger: 'allocated', marks: [counted] },
  ]);
  return { requested, allocated, notes: readings.notes() };
}

test('a whole log: requested is counted, and the chunks tell the parts of allocated', () => {
  const { requested, allocated, notes } = complete(allocation, op, mark);
  expect(requested).toMatchObject({ marks: [{ mark: 'start', levelBytes: 100, peakComponent: 'loss' }] });
  expect(allocated).toMatchObject({
    marks: [
      { levelBytes: 256, peakKernel: 'Fill', level: { belowBytes: 100, parts: { rounding: 156, 'chunk-slack': 0 } } },
    ],
  });
  expect(notes).toEqual([]);
});

test('what the allocator had in use before anything was logged is named, at every mark', () => {
  const readings = new LedgerReadings('bfc');
  const marks = [mark, allocation, op, mark.replace('start', 'weights')];
  for (const line of marks) readings.log.line(line);
  const [allocated] = readings.complete([
    {
      ledger: 'allocated',
      marks: [
        { ...counted, levelBytes: 1280 },
        { ...counted, mark: 'weights', levelBytes: 1280 + 256 },
      ],
    },
  ]);
  expect(allocated).toMatchObject({
    marks: [
      { levelBytes: 1280, level: { belowBytes: 0, parts: { 'runtime-baseline': 1280 } } },
      { levelBytes: 1536, level: { belowBytes: 100, parts: { rounding: 156, 'runtime-baseline': 1280 } } },
    ],
  });
});

test('a followed allocator: a line that nobody read makes requested unavailable', () => {
  const ours = (event: object) => `@@memproof ${JSON.stringify(event)}`;
  const taken = (number: number) =>
    ours({ kind: 'taken', number, address: `${number}`, bytes: 100, allocatedBytes: 256, timeUs: number });
  const followed = ours({ kind: 'followed', allocator: 'GPU_0_bfc' });
  expect(complete(followed, taken(2), taken(1), op, mark).requested).toMatchObject({ marks: [{ levelBytes: 200 }] });
  expect(complete(followed, taken(1), taken(4), op, mark).requested).toEqual({
    ledger: 'requested',
    reason: 'of what the followed allocator told 2 lines are missing',
  });
});

test('cuda_malloc_async counts what it is asked for: nothing lies between', () => {
  const readings = new LedgerReadings('cuda_malloc_async');
  for (const line of [allocation.replace('allocated_bytes: 256', 'allocated_bytes: 100'), op, mark]) {
    readings.log.line(line);
  }
  const [allocated] = readings.complete([
    { ledger: 'allocated', marks: [{ ...counted, levelBytes: 100, peakBytes: 100 }] },
  ]);
  expect(allocated).toEqual({
    ledger: 'allocated',
    marks: [expect.objectContaining({ level: { belowBytes: 100, parts: {} } })],
  });
});

test('a torn log: requested is unavailable with the reason, and nothing is derived from it', () => {
  const { requested, allocated } = complete(allocation.slice(0, 160), mark);
  expect(requested).toEqual({ ledger: 'requested', reason: expect.stringContaining('1 damaged lines') });
  expect(allocated).toEqual({ ledger: 'allocated', marks: [counted] });
});

test('a message of a newer TensorFlow is noted, and the measurement goes on', () => {
  const { requested, notes } = complete(`${PREFIX}MemoryLogFuture { x: 1 }`, allocation, op, mark);
  expect(requested).toMatchObject({ marks: [{ levelBytes: 100 }] });
  expect(notes).toEqual([expect.stringContaining('MemoryLogFuture')]);
});
