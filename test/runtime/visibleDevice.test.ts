import { expect, test } from 'vitest';
import { oneVisible, visibleDevice } from '../../src/runtime/visibleDevice.ts';

const UUID = 'GPU-8932f937-d72c-4106-c12f-20bd9faed9f6';

test.each([
  [undefined, '0', { index: 0 }],
  ['', '', null],
  ['-1', '-1', null],
  ['-1,0', '-1', null], // CUDA stops at what it does not know
  ['NoDevFiles', 'NoDevFiles', null],
  ['2', '2', { index: 2 }],
  [' 1 , 3 ', '1', { index: 1 }],
  [UUID, UUID, { uuid: UUID }],
  [`${UUID},0`, UUID, { uuid: UUID }],
  ['MIG-1f2a', 'MIG-1f2a', { uuid: 'MIG-1f2a' }],
])('CUDA_VISIBLE_DEVICES=%s', (shell, shown, device) => {
  expect(oneVisible(shell)).toBe(shown);
  expect(visibleDevice(shell)).toEqual(device);
  expect(visibleDevice(shown)).toEqual(device); // the child reads its own
});
