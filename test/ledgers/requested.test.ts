import { expect, test } from 'vitest';
import { ChunkCounter } from '../../src/ledgers/chunks.ts';
import { LogReader } from '../../src/ledgers/logReader.ts';
import { RequestedCounter } from '../../src/ledgers/requested.ts';

/** Lines as TensorFlow 2.18.1 writes them. */
const PREFIX = '2026-11-25 03:40:01.123456: I tensorflow/core/framework/log_memory.cc:35] __LOG_MEMORY__ ';
const tensor = (id: number, bytes: number, kernel: string, allocated = 256) =>
  `${PREFIX}MemoryLogTensorAllocation { kernel_name: "${kernel}" tensor { dtype: DT_FLOAT shape { dim { size: 8 } } allocation_description { requested_bytes: ${bytes} allocated_bytes: ${allocated} allocator_name: "bfc_cpu_allocator_for_gpu" allocation_id: ${id} has_single_reference: true ptr: 94 } } }`;
const raw = (id: number, bytes: number) =>
  `${PREFIX}MemoryLogRawAllocation { step_id: -3 operation: "TF_NewTensor" num_bytes: ${bytes} ptr: 95 allocation_id: ${id} allocator_name: "bfc_cpu_allocator_for_gpu" }`;
const freed = (id: number, kind = 'Tensor') =>
  `${PREFIX}MemoryLog${kind}Deallocation { allocation_id: ${id} allocator_name: "bfc_cpu_allocator_for_gpu" }`;

const ours = (event: object) => `@@memproof ${JSON.stringify(event)}`;
const mark = (name: string) => ours({ kind: 'mark', mark: name });
const ATTENTION = { component: 'attention', layer: 1 };
const out = (handle: number, bytes: number, place: object = ATTENTION) => ({
  handle,
  bytes,
  shape: [bytes / 4],
  place,
});
const op = (name: string, ...outputs: object[]) => ours({ kind: 'op', op: name, outputs, place: ATTENTION });
const upload = (output: object, allocatedBytes = 0) => ours({ kind: 'upload', output, allocatedBytes });

function read(...lines: string[]) {
  const [requested, chunks] = [new RequestedCounter(), new ChunkCounter('bfc')];
  const log = new LogReader((event) => {
    requested.event(event);
    chunks.event(event);
  });
  for (const line of lines) log.line(line);
  return { log, requested: requested.readings(), chunks: chunks.readings() };
}

test('level, peak since the mark before, and the kernel at the peak', () => {
  const { log, requested } = read(
    mark('start'),
    tensor(1, 100, 'Fill'),
    op('Fill', out(10, 100)),
    raw(2, 8),
    upload(out(11, 8)),
    tensor(3, 400, 'MatMul'),
    op('MatMul', out(12, 400)),
    freed(3),
    mark('weights'),
    freed(2, 'Raw'),
    tensor(4, 50, 'Add'),
    op('Add', out(13, 50)),
    mark('1.m0'),
  );
  expect(requested).toMatchObject([
    { mark: 'start', levelBytes: 0, peakBytes: 0, peakKernel: null },
    { mark: 'weights', levelBytes: 108, peakBytes: 508, peakKernel: 'MatMul' },
    { mark: '1.m0', levelBytes: 150, peakBytes: 150, peakKernel: 'Add' },
  ]);
  expect(log.unknownDeallocations).toBe(0);
});

/** In 2.21 Abseil writes the prefix, and protobuf marks its text as not for parsers: with a word and blanks that differ from process to process. */
test.each(['goo.gle/debugonly    ', 'goo.gle/debugstr '])('2.21 says the same in other words: %s', (marker) => {
  const newer = (line: string) =>
    line.replace(/^.*?cc:35\]/, 'I0000 00:00:1795595861.820208    6473 log_memory.cc:34]').replace('{', `{ ${marker}`);
  const { log, requested } = read(
    mark('start'),
    newer(tensor(1, 100, 'Fill')),
    op('Fill', out(10, 100)),
    newer(raw(2, 8)),
    upload(out(11, 8)),
    newer(freed(2, 'Raw')),
    mark('weights'),
  );
  expect(requested[1]).toMatchObject({ levelBytes: 100, peakBytes: 108, peakKernel: 'upload' });
  expect([log.damagedLines, log.unknownDeallocations, log.otherLines]).toEqual([0, 0, []]);
});

test('an allocation belongs where its operation says; what no output explains is scratch of that operation', () => {
  const loss = { component: 'loss', layer: null };
  const { requested } = read(
    tensor(1, 64, 'Unknown'),
    tensor(2, 400, 'PadV2'),
    freed(1),
    op('PadV2', out(10, 400)),
    mark('a'),
    ours({ kind: 'moved', handle: 10, place: loss }),
    mark('b'),
  );
  expect(requested[0]?.peak.components).toEqual([
    { component: 'scratch', layer: 1, bytes: 64 },
    { ...ATTENTION, bytes: 400 },
  ]);
  expect(requested[0]?.peak).toMatchObject({ belowBytes: 400, parts: { 'kernel-temporaries': 64 } });
  expect(requested[0]?.level.components).toEqual([{ ...ATTENTION, bytes: 400 }]);
  expect(requested[1]?.level.components).toEqual([{ ...loss, bytes: 400 }]);
});

test('an id that is logged again is an input passed on: it counts once', () => {
  const { requested } = read(
    tensor(1, 100, 'Fill'),
    op('Fill', out(10, 100)),
    tensor(1, 100, 'Reshape'),
    op('Reshape'),
    mark('a'),
    freed(1),
    mark('b'),
  );
  expect(requested.map(({ levelBytes }) => levelBytes)).toEqual([100, 0]);
});

test('chunks: the log tells them for tensors, the allocator for uploads', () => {
  const { chunks } = read(
    tensor(1, 1000, 'Fill', 1280),
    op('Fill', out(10, 1000)),
    raw(2, 8),
    upload(out(11, 8), 256),
    mark('a'),
  );
  // 1000 → 1024 by rounding, 256 bytes more because the chunk was not split; 8 → 256
  expect(chunks[0]).toMatchObject({
    levelBytes: 1536,
    level: { belowBytes: 1008, parts: { rounding: 24 + 248, 'chunk-slack': 256 } },
  });
});

test('a tensor of no bytes, a new kind of message and an unknown deallocation do not stop the reading', () => {
  const empty = `${PREFIX}MemoryLogTensorAllocation { kernel_name: "X" tensor { dtype: DT_FLOAT shape { dim { } } } }`;
  const { log, requested } = read(
    empty,
    `${PREFIX}MemoryLogFuture { what: 1 }`,
    `${PREFIX}MemoryLogStep { step_id: 1 }`,
    freed(99),
    mark('a'),
  );
  expect(requested[0]?.levelBytes).toBe(0);
  expect(log.unknownDeallocations).toBe(1);
  expect([...log.unknownMessages]).toEqual(['MemoryLogFuture']);
  expect(log.damagedLines).toBe(0);
});

test('torn lines and lines run together are counted, not guessed', () => {
  const whole = tensor(1, 100, 'Fill');
  const { log } = read(whole.slice(0, 200), `${whole.slice(0, 150)}${whole}`, `${freed(1).slice(0, -2)}`, mark('a'));
  expect(log.damagedLines).toBe(3);
});

test('everything else is kept for people', () => {
  const { log } = read('warning: something', '', 'garbage \u0000\u0001', mark('a'));
  expect(log.otherLines).toEqual(['warning: something', 'garbage \u0000\u0001']);
  expect(log.lastMark).toBe('a');
});
