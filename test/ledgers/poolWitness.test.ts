import { expect, test } from 'vitest';
import { poolWitness } from '../../src/ledgers/poolWitness.ts';
import { useStubCuda } from '../runtime/cuda/stubCuda.ts';

const { onStub } = useStubCuda();
const START = `
  const witness = (await load('ledgers/poolWitness.js')).poolWitness({ allocator: 'cuda_malloc_async' }, library);`;

test.each([{}, { STUB_CUDA_HIGH_IS_ZERO: '1' }])('levels and peaks of the pool at the marks (%o)', (environment) => {
  const readings = onStub(
    `${START}
    allocate(1000n); witness.mark('start');
    allocate(600n); free(600n); witness.mark('first');
    free(1000n); witness.mark('second');
    witness.mark('third');
    answer(witness.stop());`,
    environment,
  );
  const rest = { peakKernel: null, level: {}, peak: {} };
  expect(readings).toEqual([
    { mark: 'start', levelBytes: 1000, peakBytes: 1000, ...rest },
    { mark: 'first', levelBytes: 1000, peakBytes: 1600, ...rest },
    { mark: 'second', levelBytes: 0, peakBytes: 1000, ...rest }, // it began there
    { mark: 'third', levelBytes: 0, peakBytes: 0, ...rest },
  ]);
});

test('a pool that stops answering is no witness at all', () => {
  const end = onStub(`${START} witness.mark('start'); witness.mark('first'); answer(witness.stop());`, {
    STUB_CUDA_FAILURE: 'cuMemPoolGetAttribute 999',
  });
  expect(end).toEqual({
    reason: 'the memory pool could not be read at start: cuMemPoolGetAttribute: CUDA_ERROR_UNKNOWN (999)',
  });
});

test('no other allocator has one', () => {
  expect([poolWitness({ allocator: 'bfc' }), poolWitness({ allocator: 'malloc' })]).toEqual([null, null]);
});
