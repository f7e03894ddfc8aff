import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { describeDevice } from '../../../src/runtime/device.ts';
import { openNvml } from '../../../src/runtime/nvml.ts';
import { type Answers, TWO_GPUS, useStubNvml } from './stubNvml.ts';

const { onStub, folder } = useStubNvml();

interface Opened {
  readonly reason?: string;
  readonly uuid?: string;
  readonly name?: string;
  readonly driverVersion?: string;
  readonly processBytes?: number | null;
  readonly deviceUsedBytes?: number;
}

const READ = `
  const nvml = (await load('runtime/nvml.js')).openNvml(library);
  const tell = (read) => { try { return read(); } catch (error) { return error.message; } };
  answer('reason' in nvml ? nvml : {
    ...nvml, processBytes: tell(() => nvml.processBytes()), deviceUsedBytes: tell(() => nvml.deviceUsedBytes()),
  });`;
const read = (answers: Answers, environment?: Record<string, string>) => onStub<Opened>(READ, answers, environment);

test('what the driver says of the device and of this process', () => {
  const found = read([...TWO_GPUS, 'process 1 77', 'process self 123456789012', 'process 2 88']);
  expect(found).toEqual({
    uuid: 'GPU-aa11', // the first, as nothing is said
    name: 'Example A',
    driverVersion: '550.54.14',
    processBytes: 123456789012,
    deviceUsedBytes: 5000,
  });
});

test('the device that CUDA_VISIBLE_DEVICES names, by UUID or by index', () => {
  const uuid = (value: string) => read([...TWO_GPUS, 'process self 1'], { CUDA_VISIBLE_DEVICES: value }).uuid;
  expect([uuid('GPU-aa11'), uuid('0'), uuid('1,0'), uuid('GPU-aa11,GPU-bb22')]).toEqual([
    'GPU-aa11',
    'GPU-aa11',
    'GPU-bb22',
    'GPU-aa11',
  ]);
  expect(read(TWO_GPUS, { CUDA_VISIBLE_DEVICES: 'GPU-none' }).reason).toContain(
    'nvmlDeviceGetHandleByUUID: Not Found (6)',
  );
  expect(read(TWO_GPUS, { CUDA_VISIBLE_DEVICES: '' }).reason).toContain('CUDA_VISIBLE_DEVICES names no GPU');
});

test('a longer list of processes than there was room for', () => {
  const others = Array.from({ length: 100 }, (_, index) => `process ${index + 1_000_000_000} 5`);
  expect(read([...TWO_GPUS, ...others, 'process self 4096']).processBytes).toBe(4096);
});

test.each([
  ['no process at all', []],
  ['only others, as in a container', ['process 1000000001 77']],
  ['a process whose memory is not available', ['process self unavailable']],
  ['a process that is said to have nothing', ['process self 0']],
  ['a process that is listed twice', ['process self 50', 'process self 60']],
])('not told: %s', (_, processes) => {
  expect(read([...TWO_GPUS, ...processes]).processBytes).toBeNull();
});

test('an impossible size is an error, and so is a call that fails', () => {
  expect(read([...TWO_GPUS, 'process self 9007199254740992']).processBytes).toContain('9007199254740992 B');
  expect(read([...TWO_GPUS, 'list 15']).processBytes).toBe('nvmlDeviceGetComputeRunningProcesses_v3: GPU is lost (15)');
});

test('NVML that does not start says why', () => {
  expect(read([...TWO_GPUS, 'init 9'])).toEqual({
    reason: 'the driver cannot be asked through libnvidia-ml.so.1: nvmlInit_v2: Driver Not Loaded (9)',
  });
});

test('without the library, or without koffi, there is a reason', () => {
  const missing = openNvml('/nowhere/libnvidia-ml.so.1');
  expect(missing).toEqual({
    reason: expect.stringMatching(/^the driver cannot be asked through libnvidia-ml\.so\.1: .*cannot open/),
  });
  const withoutKoffi = openNvml('/nowhere/libnvidia-ml.so.1', () => {
    throw new Error("Cannot find module 'koffi'\nRequire stack: …");
  });
  expect(withoutKoffi).toEqual({
    reason: "the driver cannot be asked: the optional package koffi does not load (Cannot find module 'koffi')",
  });
});

test('name, UUID and driver of the device in the facts of a run', () => {
  const describe = `answer((await load('runtime/device.js')).describeDevice('gpu'));`;
  const environment = { LD_LIBRARY_PATH: folder() }; // the stub has the name of the real one
  expect(onStub(describe, TWO_GPUS, environment)).toEqual({
    device: { kind: 'gpu', name: 'Example A', uuid: 'GPU-aa11' },
    driver: '550.54.14',
    cuda: expect.toBeOneOf([null, expect.any(String)]), // the stub is the driver alone; this machine may have a runtime
  });
  expect(onStub(describe, [...TWO_GPUS, 'init 9'], environment)).toEqual({
    device: { kind: 'gpu', name: 'GPU', uuid: null },
    driver: null,
    cuda: expect.toBeOneOf([null, expect.any(String)]),
  });
  expect(describeDevice('cpu')).toEqual({
    device: { kind: 'cpu', name: expect.any(String), uuid: null },
    driver: null,
    cuda: null,
  });
});

test.skipIf(existsSync('/proc/driver/nvidia/version'))('no driver on this machine: the real name is not found', () => {
  expect(openNvml()).toEqual({ reason: expect.stringContaining('libnvidia-ml.so.1') });
});
