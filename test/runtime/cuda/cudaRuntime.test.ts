import { expect, test } from 'vitest';
import { cudaRuntimeVersion } from '../../../src/runtime/cudaRuntime.ts';
import { useStubCuda } from './stubCuda.ts';

const { onStub } = useStubCuda();

test('the version in words; null where it cannot be asked', () => {
  const ask = `answer((await load('runtime/cudaRuntime.js')).cudaRuntimeVersion(library));`;
  expect(onStub(ask)).toBe('12.5');
  expect(onStub(ask, { STUB_CUDA_FAILURE: 'cudaRuntimeGetVersion 35' })).toBeNull();
  expect(cudaRuntimeVersion('/nowhere/libcudart.so.12')).toBeNull();
});
