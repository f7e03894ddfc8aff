/** A process whose allocator's regions lie in another order than in one that counts memory: what is wrong by that is told from what is wrong. */
import { expect, test } from 'vitest';
import { compareRecords, isCompared } from '../../src/accuracy/compare.ts';
import { ranked } from '../../src/allocator/regionOrder.ts';
import { allocatorModel } from '../../src/estimators/exact/allocator-model.ts';
import type { MarkReading } from '../../src/ledgers/ledger.ts';
import { expectedMarks } from '../../src/measure/marks.ts';
import { toReadings } from '../../src/measure/readings.ts';
import { addressOrderNote } from '../../src/report/addressOrder.ts';
import { realRun } from '../allocator/realRun.ts';
import { exampleConfig, measuredRecord } from '../records/exampleRecord.ts';

const config = exampleConfig({
  model: { layers: 3, hiddenSize: 128, heads: 4, vocabularySize: 400 },
  batch: { size: 4, sequenceLength: 64 },
  step: { savedTensors: 'minimal' },
  runtime: { allocator: 'bfc' },
});

/** TensorFlow's own counters at the marks of a process, and where its regions lay. */
function recordOf(variables: NodeJS.ProcessEnv) {
  const { readings: counters, regions } = realRun(config, { repeats: 1, variables });
  const names = expectedMarks(1, config.step);
  const marks = counters.map(
    ({ bytesInUse, peakBytesInUse }, index): MarkReading => ({
      ...{ mark: names[index] ?? '', levelBytes: bytesInUse, peakBytes: peakBytesInUse, peakKernel: null },
      ...{ level: {}, peak: {} },
    }),
  );
  const readings = toReadings('allocated', marks, 1);
  return measuredRecord(readings, {
    configuration: config,
    regions: ranked(regions),
  });
}

const verdictsOn = (record: ReturnType<typeof recordOf>) =>
  compareRecords([record], [allocatorModel]).filter(isCompared);

test('malloc with its own threshold: every error is one of order, and stays an error', () => {
  const record = recordOf({ MALLOC_MMAP_THRESHOLD_: undefined });
  const ranks = record.regions?.map(({ rank }) => rank) ?? [];
  expect(ranks).not.toEqual(ranks.toSorted((a, b) => b - a)); // by the rule each lies below the one before
  const rows = verdictsOn(record);
  const wrong = rows.filter(({ errorBytes }) => errorBytes !== 0);
  expect(wrong.length).toBeGreaterThan(0);
  expect(new Set(wrong.map(({ verdict }) => verdict))).toEqual(new Set(['address-order']));
  expect(new Set(rows.map(({ verdict }) => verdict))).toEqual(new Set(['exact', 'address-order']));
  expect(addressOrderNote(rows)).toEqual([
    `address-order: ${wrong.length} errors in 1 configuration would be 0 with the allocator's regions in the order that they had there.`,
  ]);
  // A byte that no order explains.
  const other = { ...record, readings: record.readings.map((reading) => ({ ...reading, bytes: reading.bytes + 256 })) };
  expect(new Set(verdictsOn(other).map(({ verdict }) => verdict))).not.toContain('address-order');
  // Regions that the requests do not lead to.
  const halves = record.regions?.map(({ bytes, rank }) => ({ bytes: bytes / 2, rank })) ?? [];
  for (const regions of [
    halves,
    halves.slice(1),
    record.regions?.slice(1) ?? [],
    record.regions?.map((one) => ({ ...one, rank: 0 })) ?? [],
  ])
    expect(new Set(verdictsOn({ ...record, regions }).map(({ verdict }) => verdict))).not.toContain('address-order');
  // Without the order nobody can tell.
  const { regions: _, ...silent } = record;
  expect(new Set(verdictsOn(silent).map(({ verdict }) => verdict))).not.toContain('address-order');
});

test('as memory is counted: all exact', () => {
  const rows = verdictsOn(recordOf({}));
  expect(new Set(rows.map(({ verdict }) => verdict))).toEqual(new Set(['exact']));
  expect(addressOrderNote(rows)).toEqual([]);
});
