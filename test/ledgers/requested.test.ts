import { expect, test } from 'vitest';
import { AllocationLogReader } from '../../src/ledgers/requested.ts';

/** Lines as TensorFlow 2.18.1 writes them. */
const PREFIX = '2026-11-25 03:40:01.123456: I tensorflow/core/framework/log_memory.cc:35] __LOG_MEMORY__ ';
const tensor = (id: number, bytes: number, kernel: string) =>
  `${PREFIX}MemoryLogTensorAllocation { kernel_name: "${kernel}" tensor { dtype: DT_FLOAT shape { dim { size: 8 } } allocation_description { requested_bytes: ${bytes} allocated_bytes: 256 allocator_name: "bfc_cpu_allocator_for_gpu" allocation_id: ${id} has_single_reference: true ptr: 94 } } }`;
const raw = (id: number, bytes: number) =>
  `${PREFIX}MemoryLogRawAllocation { step_id: -3 operation: "TF_NewTensor" num_bytes: ${bytes} ptr: 95 allocation_id: ${id} allocator_name: "bfc_cpu_allocator_for_gpu" }`;
const freed = (id: number, kind = 'Tensor') =>
  `${PREFIX}MemoryLog${kind}Deallocation { allocation_id: ${id} allocator_name: "bfc_cpu_allocator_for_gpu" }`;

function read(...lines: string[]): AllocationLogReader {
  const reader = new AllocationLogReader();
  for (const line of lines) reader.line(line);
  return reader;
}

test('level, peak since the mark before, and the kernel at the peak', () => {
  const reader = read(
    '@@memproof-mark start',
    tensor(1, 100, 'Fill'),
    raw(2, 8),
    tensor(3, 400, 'MatMul'),
    freed(3),
    '@@memproof-mark weights',
    freed(2, 'Raw'),
    tensor(4, 50, 'Add'),
    '@@memproof-mark 1.m0',
  );
  expect(reader.readings()).toEqual([
    { mark: 'start', levelBytes: 0, peakBytes: 0, peakKernel: null },
    { mark: 'weights', levelBytes: 108, peakBytes: 508, peakKernel: 'MatMul' },
    { mark: '1.m0', levelBytes: 150, peakBytes: 150, peakKernel: 'Add' },
  ]);
  expect(reader.unknownDeallocations).toBe(0);
});

test('an id that is logged again is an input passed on: it counts once', () => {
  const reader = read(
    tensor(1, 100, 'Fill'),
    tensor(1, 100, 'Reshape'),
    '@@memproof-mark a',
    freed(1),
    '@@memproof-mark b',
  );
  expect(reader.readings().map(({ levelBytes }) => levelBytes)).toEqual([100, 0]);
});

test('a tensor of no bytes and an unknown deallocation change nothing', () => {
  const empty = `${PREFIX}MemoryLogTensorAllocation { kernel_name: "X" tensor { dtype: DT_FLOAT allocation_description { allocator_name: "cpu" allocation_id: 7 } } }`;
  const reader = read(empty, freed(99), '@@memproof-mark a');
  expect(reader.readings()[0]?.levelBytes).toBe(0);
  expect(reader.unknownDeallocations).toBe(1);
});

test('everything else is kept for people', () => {
  const reader = read('warning: something', '', `${PREFIX}MemoryLogStep { step_id: 1 }`, '@@memproof-mark a');
  expect(reader.otherLines).toEqual(['warning: something']);
  expect(reader.readings()).toHaveLength(1);
});
