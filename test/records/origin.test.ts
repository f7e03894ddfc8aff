import { expect, test } from 'vitest';
import { originOf } from '../../src/records/origin.ts';
import { exampleConfig, exampleEnvironment, measuredRecord, unmeasuredRecord } from './exampleRecord.ts';

const onGpu = { ...exampleEnvironment, device: { kind: 'gpu' as const, name: 'Example GPU', uuid: 'GPU-1' } };

test('backend and kind of device, whatever the versions and the outcome', () => {
  expect(originOf(measuredRecord())).toBe('tensorflow on cpu');
  expect(originOf(measuredRecord(undefined, { environment: onGpu }))).toBe('tensorflow on gpu');
  expect(originOf(unmeasuredRecord('failed', exampleConfig({ runtime: { backend: 'javascript' } })))).toBe(
    'javascript on cpu',
  );
});
