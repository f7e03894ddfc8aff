import { expect, test } from 'vitest';
import { outOfMemory, outOfMemoryInLog } from '../../src/measure/outOfMemory.ts';

test('the request that could not be met is read from the message', () => {
  const error = new Error(
    'Invalid TF_Status: 8\nMessage: OOM when allocating tensor with shape[1024,512] and type float on /job:localhost/replica:0/task:0/device:CPU:0 by allocator bfc_cpu_allocator_for_gpu',
  );
  expect(outOfMemory(error, null)).toMatchObject({ bytes: 1024 * 512 * 4 });
  expect(outOfMemory(error, null)?.message).not.toContain('\n');
});

test.each([
  ['shape[] and type half', 2],
  ['shape[3] and type bool', 3],
  ['shape[2,2] and type qint8', null],
])('%s', (text, bytes) => {
  expect(outOfMemory(new Error(`OOM when allocating tensor with ${text}`), null)).toMatchObject({ bytes });
});

test('host memory counts too, other errors do not', () => {
  expect(outOfMemory(new RangeError('Array buffer allocation failed'), null)).toMatchObject({ bytes: null });
  for (const words of ['8\nMessage: failed to allocate memory', '13\nMessage: Dst tensor is not initialized.'])
    expect(outOfMemory(new Error(`Invalid TF_Status: ${words}`), null)).toMatchObject({ bytes: null });
  expect(outOfMemory(new Error('Invalid TF_Status: 3'), null)).toBeNull();
  expect(outOfMemory('OOM when allocating tensor with shape[1] and type float', null)).toBeNull();
});

test('the call that failed and what was live are kept', () => {
  const error = new Error('OOM when allocating tensor with shape[2] and type float on …');
  expect(outOfMemory(error, { kernel: 'MatMul', liveBytes: 12 })).toMatchObject({
    bytes: 8,
    kernel: 'MatMul',
    liveBytes: 12,
  });
});

test('an upload that did not fit kills the process; the allocator has said why', () => {
  const lines = [
    'something else',
    '2026-11-25 04:47:30.288131: W external/local_xla/xla/tsl/framework/bfc_allocator.cc:497] Allocator (bfc_cpu_allocator_for_gpu) ran out of memory trying to allocate 4.0KiB (rounded to 4096)requested by op ',
    '2026-11-25 04:47:30.288337: W external/local_xla/xla/tsl/framework/bfc_allocator.cc:508] ****xxx',
  ];
  expect(outOfMemoryInLog(lines)).toMatchObject({ bytes: 4096, kernel: 'upload' });
  expect(outOfMemoryInLog(lines.slice(0, 1))).toBeNull();
});
