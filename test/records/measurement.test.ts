import { expect, it } from 'vitest';
import { hashEnvironment } from '../../src/records/measurement.ts';
import { exampleEnvironment } from './exampleRecord.ts';

it('the environment hash is that of a kind of device: not of one card, nor of what a configuration sets', () => {
  const device = { kind: 'gpu', name: 'NVIDIA H100', uuid: 'GPU-1' } as const;
  const hash = hashEnvironment({ ...exampleEnvironment, device });
  expect(hashEnvironment({ ...exampleEnvironment, device: { ...device, uuid: 'GPU-2' } })).toBe(hash);
  expect(hashEnvironment({ ...exampleEnvironment, device, variables: {} })).toBe(hash);
  expect(hashEnvironment({ ...exampleEnvironment, device: { ...device, name: 'NVIDIA H200' } })).not.toBe(hash);
  expect(hashEnvironment({ ...exampleEnvironment, device, driver: '580.1' })).not.toBe(hash);
});
