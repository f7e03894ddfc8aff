import { expect, test } from 'vitest';
import { openMemoryPool } from '../../../src/runtime/memoryPool.ts';
import { useStubCuda } from './stubCuda.ts';

const { onStub } = useStubCuda();

const OPEN = `const pool = (await load('runtime/memoryPool.js')).openMemoryPool(library);`;

test.each([{}, { STUB_CUDA_HIGH_IS_ZERO: '1' }])(
  'what is in use, and the most of it since the reading before (%o)',
  (environment) => {
    const readings = onStub(
      `${OPEN}
    const readings = [];
    const read = () => void readings.push(pool.read());
    allocate(5000000000n); read();
    free(4999999000n); allocate(500n); read();
    read();
    allocate(100n); free(100n); read();
    answer([readings, contexts()]);`,
      environment,
    );
    expect(readings).toEqual([
      [
        { usedBytes: 5000000000, highBytes: 5000000000 },
        { usedBytes: 1500, highBytes: 5000000500 }, // what is freed is in use until the device comes to it
        { usedBytes: 1500, highBytes: 1500 },
        { usedBytes: 1500, highBytes: 1600 },
      ],
      0, // no context is left behind
    ]);
  },
);

test.each([
  ['cuInit', 100, 'cuInit: CUDA_ERROR_NO_DEVICE (100)'],
  ['cuDeviceGetDefaultMemPool', 801, 'cuDeviceGetDefaultMemPool: CUDA_ERROR_NOT_SUPPORTED (801)'],
  ['cuInit', 999, 'cuInit: CUDA_ERROR_UNKNOWN (999)'],
  ['cuInit', 7, 'cuInit: error (7)'],
])('without a pool there is a reason: %s gives %i', (name, code, words) => {
  const pool = onStub(`${OPEN} answer(pool);`, { STUB_CUDA_FAILURE: `${name} ${code}` });
  expect(pool).toEqual({ reason: `the memory pool cannot be read through libcuda.so.1: ${words}` });
});

test('without a driver, or without koffi, there is a reason', () => {
  expect(openMemoryPool('/nowhere/libcuda.so.1')).toEqual({ reason: expect.stringContaining('libcuda.so.1') });
  const missing = () => {
    throw new Error("Cannot find module 'koffi'\nRequire stack: …");
  };
  expect(openMemoryPool('libcuda.so.1', missing)).toEqual({
    reason: "the memory pool cannot be read through libcuda.so.1: Cannot find module 'koffi'",
  });
});

test('a context is given back also when waiting fails', () => {
  const told = onStub(
    `${OPEN}
    let message = null;
    try { pool.read(); } catch (error) { message = error.message; }
    answer([message, contexts()]);`,
    { STUB_CUDA_FAILURE: 'cuCtxSynchronize 999' },
  );
  expect(told).toEqual(['cuCtxSynchronize: CUDA_ERROR_UNKNOWN (999)', 0]);
});
