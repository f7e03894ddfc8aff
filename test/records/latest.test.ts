import { describe, expect, test } from 'vitest';
import { latestPerConfiguration, latestRecords, reusable } from '../../src/records/latest.ts';
import type { Environment, MeasurementRecord } from '../../src/records/measurement.ts';
import {
  exampleConfig,
  exampleEnvironment,
  exampleReading,
  measuredRecord,
  unmeasuredRecord,
} from './exampleRecord.ts';

const node22: Environment = { ...exampleEnvironment, node: '22.1.0' };
const gpu: Environment = { ...exampleEnvironment, device: { kind: 'gpu', name: 'Example GPU', uuid: 'GPU-1' } };
const inNode22 = { environment: node22, environmentHash: 'environment-b' };
const onGpu = { environment: gpu, environmentHash: 'environment-gpu' };
const other = measuredRecord([exampleReading(7)], { configuration: exampleConfig({ batch: { size: 2 } }) });

describe('latestRecords', () => {
  test('within a file, of records started at once, the last of a configuration on a device wins and stands in the first place', () => {
    const [old, fresh] = [measuredRecord([exampleReading(1)]), measuredRecord([exampleReading(2)], inNode22)];
    expect(latestRecords([[old, other, fresh]])).toEqual([fresh, other]);
  });

  test('two devices are two results, in one file too', () => {
    const [cpuRecord, gpuRecord] = [measuredRecord(), measuredRecord([exampleReading(3)], onGpu)];
    expect(latestRecords([[cpuRecord, gpuRecord]])).toEqual([cpuRecord, gpuRecord]);
  });

  test('across files the environment tells records apart, and of those started at once the last wins', () => {
    const [a, b] = [measuredRecord([exampleReading(1)]), measuredRecord([exampleReading(2)], inNode22)];
    const again = measuredRecord([exampleReading(3)]);
    expect(latestRecords([[a], [b]])).toEqual([a, b]);
    expect(latestRecords([[a], [b, other], [again]])).toEqual([again, b, other]);
  });

  test('what was started later wins, wherever it stands, and takes the place of the first', () => {
    const at = (startedAt: string, bytes: number) => measuredRecord([exampleReading(bytes)], { startedAt });
    const [early, late] = [at('2024-01-01T00:00:00Z', 1), at('2024-01-01T00:00:00.500Z', 2)];
    for (const [first, second] of [
      [early, late],
      [late, early],
    ] as const) {
      expect(latestRecords([[first, other, second]])).toEqual([late, other]);
      expect(latestRecords([[first], [other, second]])).toEqual([late, other]);
      const moved = { ...second, ...inNode22, startedAt: second.startedAt };
      expect(latestPerConfiguration([first, other, moved]).map(({ startedAt }) => startedAt)).toEqual([
        late.startedAt,
        other.startedAt,
      ]);
    }
  });

  test('no files, no records', () => {
    expect(latestRecords([])).toEqual([]);
    expect(latestRecords([[], []])).toEqual([]);
  });
});

describe('reusable', () => {
  const measured = measuredRecord();
  const { configId, environmentHash, measuringCode } = measured;
  const wanted = { configId, environmentHash, measuringCode };
  const reasonOf = (records: MeasurementRecord[], changes: Partial<Parameters<typeof reusable>[1]> = {}) =>
    reusable(records, { ...wanted, ...changes });

  test('all three agree: a result is reused, in whatever order the folders of the code are named', () => {
    const reordered = Object.fromEntries(Object.entries(measuringCode).reverse());
    expect(reusable([other, measured], { ...wanted, measuringCode: reordered })).toEqual({ record: measured });
    const outOfMemory = unmeasuredRecord('out-of-memory');
    expect(reusable([measured, outOfMemory], wanted)).toEqual({ record: outOfMemory });
  });

  test('fewer measured steps than are asked for, or steps that could not be timed', () => {
    expect(reusable([measured], { ...wanted, repeats: 1 })).toEqual({ record: measured });
    expect(reasonOf([measured], { repeats: 5 })).toEqual({
      reason: '5 measured steps are asked for, the record has 1',
    });
    const untimed = { ...measured, timingError: { code: 'E_CHILD_DIED' as const, message: 'x', remedy: 'y' } };
    expect(reasonOf([untimed as MeasurementRecord])).toEqual({ reason: 'the steps were not timed (E_CHILD_DIED)' });
  });

  test('nothing of that configuration', () => {
    expect(reasonOf([other])).toEqual({ reason: 'not measured yet' });
  });

  test.each([
    ['failed' as const, 'the last attempt failed (E_STEP_FAILED)'],
    ['skipped' as const, 'the last attempt was skipped (predicted not to fit)'],
  ])('a %s one is tried again, even after an older result', (outcome, reason) => {
    expect(reasonOf([measured, unmeasuredRecord(outcome)])).toEqual({ reason });
  });

  test('changed code is named by folder; a folder that came or went is a change', () => {
    expect(reasonOf([measured], { measuringCode: { ...measuringCode, 'src/model': 'model-b' } })).toEqual({
      reason: 'the code in src/model changed',
    });
    expect(reasonOf([measured], { measuringCode: { 'src/model': 'model-a', 'src/measure': 'new' } })).toEqual({
      reason: 'the code in src/measure, src/training changed',
    });
  });

  test('a changed environment is named value by value where it is known', () => {
    expect(reasonOf([measured], { environmentHash: 'environment-b' })).toEqual({ reason: 'the environment changed' });
    expect(reasonOf([measured], { environmentHash: 'environment-b', environment: node22 })).toEqual({
      reason: 'the environment changed: node 20.20.2 → 22.1.0',
    });
    expect(reasonOf([measured], { environmentHash: 'c', environment: { ...gpu, variables: {} } })).toEqual({
      reason:
        'the environment changed: device kind cpu → gpu, device name Example CPU → Example GPU, device uuid none → GPU-1, TF_CPU_ALLOCATOR_USE_BFC true → none',
    });
  });

  test('environment and code together are both said', () => {
    expect(reasonOf([measured], { environmentHash: 'x', measuringCode: {} })).toEqual({
      reason: 'the environment changed; the code in src/model, src/training changed',
    });
  });

  test('a superseded record is not reused: the report of this file would not show it', () => {
    const fresh = measuredRecord([exampleReading(2)], inNode22);
    expect(reasonOf([measured, fresh], { environment: exampleEnvironment })).toEqual({
      reason: 'the environment changed: node 22.1.0 → 20.20.2',
    });
  });

  test('each device is resumed by itself', () => {
    const gpuRecord = measuredRecord([exampleReading(3)], onGpu);
    expect(reasonOf([measured, gpuRecord])).toEqual({ record: measured });
    expect(reasonOf([gpuRecord, measured], { environmentHash: 'environment-gpu' })).toEqual({ record: gpuRecord });
  });
});
