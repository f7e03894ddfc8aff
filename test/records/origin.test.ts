import { expect, test } from 'vitest';
import { originOf } from '../../src/records/origin.ts';
import { exampleConfig, exampleEnvironment, measuredRecord, unmeasuredRecord } from './exampleRecord.ts';

const onGpu = { ...exampleEnvironment, device: { kind: 'gpu' as const, name: 'Example GPU', uuid: 'GPU-1' } };

test('what decides bytes: backend, TensorFlow, and of devices the name of a GPU', () => {
  expect(originOf(measuredRecord())).toBe('memproof: tensorflow 2.18.0 on cpu');
  expect(originOf(measuredRecord(undefined, { environment: onGpu }))).toBe(
    'memproof: tensorflow 2.18.0 on Example GPU',
  );
  expect(originOf(unmeasuredRecord('failed', exampleConfig({ runtime: { backend: 'javascript' } })))).toBe(
    'memproof: javascript on cpu',
  );
});
