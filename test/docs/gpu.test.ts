/** docs/gpu.md tells what the committed records of a GPU say. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { compareRecords, isCompared } from '../../src/accuracy/compare.ts';
import { canonicalJson } from '../../src/config/configId.ts';
import { tfjsClosedForm } from '../../src/estimators/exact/tfjs-closed-form.ts';
import { isOwn } from '../../src/records/judged.ts';
import type { MeasuredRecord, MeasurementRecord } from '../../src/records/measurement.ts';
import { readRecords } from '../../src/records/store.ts';
import { committedRecords } from '../records/committedRecords.ts';

const page = readFileSync(new URL('../../docs/gpu.md', import.meta.url), 'utf8');
const folder = fileURLToPath(new URL('../../results/baselines/nvidia-h200', import.meta.url));
const of = (file: string): MeasurementRecord[] => readRecords(`${folder}/${file}.jsonl`).records.filter(isOwn);
const isMeasured = (record: MeasurementRecord): record is MeasuredRecord => record.outcome === 'measured';
const sweeps = readdirSync(folder)
  .filter((name) => name.endsWith('.jsonl') && name !== 'limit.jsonl')
  .map((name) => basename(name, '.jsonl'));
const records = sweeps.flatMap(of);

test('how many, all measured, and no byte unexplained up to allocated', () => {
  const distinct = new Set(records.map(({ configId }) => configId)).size;
  expect(page).toContain(`${records.length} records of ${distinct} configurations`);
  const measured = records.filter(isMeasured);
  expect(measured).toHaveLength(records.length);
  const rows = measured.flatMap(({ reconciliation }) => reconciliation);
  expect(rows.filter(({ part, bytes, to }) => part === 'unexplained' && bytes !== 0 && to !== 'process')).toEqual([]);
  const scratch = rows.filter(({ part, bytes }) => part === 'scratch' && bytes !== 0).map(({ bytes }) => bytes);
  expect(new Set(scratch)).toEqual(new Set([1028]));
});

test('the closed form is exact in buffers, and short in requested', () => {
  const compared = compareRecords(records, [tfjsClosedForm]).filter(isCompared);
  const buffers = compared.filter(({ ledger }) => ledger === 'buffers');
  expect(buffers.length).toBeGreaterThan(600);
  expect(buffers.filter(({ errorBytes }) => errorBytes !== 0)).toEqual([]);
  const requested = compared.filter(({ ledger, quantity }) => ledger === 'requested' && quantity === 'step-peak');
  for (const { errorBytes } of requested) expect(errorBytes).toBeLessThan(0);
});

test('a CPU reads the same bytes in tensors, and of weights and activations in requested', () => {
  const withoutRuntime = ({ configuration: { runtime: _, ...steps } }: MeasurementRecord) => canonicalJson(steps);
  const onCpu = new Map(
    ['quickstart', 'techniques', 'held-out']
      .flatMap(committedRecords)
      .map((record) => [withoutRuntime(record), record]),
  );
  const readings = (record: MeasuredRecord) =>
    record.readings
      .filter(
        ({ repeat, ledger, quantity }) =>
          repeat === 1 &&
          (ledger === 'tensors' || (ledger === 'requested' && ['weights', 'activations'].includes(quantity))),
      )
      .map(({ ledger, quantity, bytes }) => [ledger, quantity, bytes]);
  const pairs = records.filter(isMeasured).flatMap((record) => {
    const twin = onCpu.get(withoutRuntime(record));
    return twin !== undefined && isMeasured(twin) ? [[readings(record), readings(twin)] as const] : [];
  });
  expect(page).toContain(`in all ${pairs.length} pairs of records`);
  for (const [gpu, cpu] of pairs) expect(gpu).toEqual(cpu);
});

test('the limit', () => {
  expect(of('limit').map(({ outcome, configuration }) => [configuration.runtime.memoryLimitMiB, outcome])).toEqual([
    [22, 'out-of-memory'],
    [23, 'measured'],
  ]);
});
