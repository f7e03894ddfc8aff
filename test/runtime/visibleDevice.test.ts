import { expect, test } from 'vitest';
import { visibleDevice } from '../../src/runtime/visibleDevice.ts';

test.each([
  [undefined, 'last'],
  ['', null],
  ['-1', null],
  ['NoDevFiles', null],
  ['2', { index: 2 }],
  [' 1 , 3 ', { index: 3 }],
  ['0,-1,1', { index: 0 }], // CUDA stops at what it does not know
  ['GPU-8932f937-d72c-4106-c12f-20bd9faed9f6', { uuid: 'GPU-8932f937-d72c-4106-c12f-20bd9faed9f6' }],
  ['MIG-1f2a', { uuid: 'MIG-1f2a' }],
] as const)('CUDA_VISIBLE_DEVICES=%s', (value, device) => {
  expect(visibleDevice(value)).toEqual(device);
});
