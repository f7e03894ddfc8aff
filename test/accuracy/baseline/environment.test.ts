import { expect, test } from 'vitest';
import { environmentMismatch, requireOneEnvironment } from '../../../src/accuracy/baseline/environment.ts';
import { exampleReading, measuredRecord } from '../../records/exampleRecord.ts';

const record = measuredRecord([exampleReading(1)]);
const cpu = (name: string, tensorflow: string | null = '2.18.1') => ({
  ...record,
  environment: { ...record.environment, device: { kind: 'cpu' as const, name, uuid: null }, tensorflow },
});
const gpu = (name: string) => ({
  ...record,
  environment: { ...record.environment, device: { kind: 'gpu' as const, name, uuid: 'GPU-1' } },
});

test('processors of any name are one device, GPUs of two names are two', () => {
  expect(requireOneEnvironment([cpu('AMD EPYC'), cpu('Intel Xeon')])).toEqual({
    device: 'cpu',
    deviceName: null,
    tensorflow: '2.18.1',
  });
  expect(requireOneEnvironment([gpu('NVIDIA H100'), gpu('NVIDIA H100')]).deviceName).toBe('NVIDIA H100');
  expect(() => requireOneEnvironment([gpu('NVIDIA H100'), gpu('NVIDIA H200')])).toThrow('NVIDIA H100, NVIDIA H200');
  expect(() => requireOneEnvironment([gpu('NVIDIA H100'), cpu('AMD EPYC')])).toThrow('several devices');
});

test('several versions, or some records without TensorFlow, are refused', () => {
  expect(() => requireOneEnvironment([cpu('a'), cpu('a', '2.21.0')])).toThrow('2.18.1, with TensorFlow 2.21.0');
  expect(() => requireOneEnvironment([cpu('a'), cpu('a', null)])).toThrow('without TensorFlow');
  expect(requireOneEnvironment([cpu('a', null)]).tensorflow).toBe(null);
});

test('what was committed for another device or version is no match, and the device is named first', () => {
  const committed = requireOneEnvironment([cpu('AMD EPYC')]);
  const mismatch = (found: typeof committed) => environmentMismatch(found, committed, 'x.accuracy.json');
  expect(mismatch(requireOneEnvironment([cpu('Intel Xeon')]))).toBe(null);
  expect(mismatch(requireOneEnvironment([gpu('NVIDIA H100')]))).toMatchObject({
    code: 'E_OTHER_DEVICE',
    message: 'The records were measured on NVIDIA H100, x.accuracy.json was committed for a CPU.',
  });
  expect(mismatch(requireOneEnvironment([cpu('AMD EPYC', '2.21.0')]))).toMatchObject({
    code: 'E_OTHER_TENSORFLOW',
    message:
      'The records were measured with TensorFlow 2.21.0, x.accuracy.json was committed for records measured with TensorFlow 2.18.1.',
  });
});
