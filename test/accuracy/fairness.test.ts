/** What no score may depend on: the order of the records, the files that they are spread over, records that are there twice. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareRecords, isCompared } from '../../src/accuracy/compare.ts';
import { judge, judgeAccuracy } from '../../src/accuracy/judge.ts';
import { ESTIMATORS } from '../../src/estimators/index.ts';
import { latestPerConfiguration, latestRecords, type RecordHead } from '../../src/records/latest.ts';
import type { MeasuredRecord, MeasurementRecord } from '../../src/records/measurement.ts';
import { LEDGERS, QUANTITIES } from '../../src/records/quantity.ts';
import {
  exampleConfig,
  exampleEnvironment,
  exampleReading,
  measuredRecord,
  unmeasuredRecord,
} from '../records/exampleRecord.ts';

const configuration = fc
  .record({
    layers: fc.integer({ min: 1, max: 3 }),
    size: fc.integer({ min: 1, max: 4 }),
    optimizer: fc.constantFrom('adam' as const, 'sgd' as const),
    precision: fc.constantFrom('float32' as const, 'mixed-float16' as const),
  })
  .map(({ layers, size, ...step }) => exampleConfig({ model: { layers }, batch: { size }, step }));

const readings = fc
  .array(
    fc.record({
      quantity: fc.constantFrom(...QUANTITIES),
      ledger: fc.constantFrom(...LEDGERS),
      repeat: fc.integer({ min: 1, max: 3 }),
      bytes: fc.oneof(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 2 ** 40 })),
    }),
    { minLength: 1, maxLength: 12 },
  )
  .map((list) => list.map(({ bytes, ...more }) => exampleReading(bytes, { ...more, step: more.repeat + 2 })));

const device = fc.constantFrom('cpu' as const, 'gpu' as const);
const environmentOf = (kind: 'cpu' | 'gpu') => ({
  environment: { ...exampleEnvironment, device: { kind, name: `Example ${kind}`, uuid: null } },
  environmentHash: `environment-${kind}`,
});

/** No two were started at the same time, and one file may hold several of one configuration. */
const records = fc
  .array(fc.tuple(configuration, readings, device, fc.boolean()), { minLength: 1, maxLength: 6 })
  .map((list) =>
    list.map(([config, read, kind, fails], index): MeasurementRecord => {
      const startedAt = new Date(Date.UTC(2024, 0, 1, 0, index)).toISOString();
      return fails && index > 2
        ? { ...unmeasuredRecord('failed', config), ...environmentOf(kind), startedAt }
        : measuredRecord(read, { configuration: config, startedAt, ...environmentOf(kind) });
    }),
  );

const shuffled = records.chain((list) =>
  fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
);

/** Each record goes into one of three files. */
const spread = (list: readonly MeasurementRecord[], places: readonly number[]): MeasurementRecord[][] =>
  [0, 1, 2].map((file) => list.filter((_, index) => (places[index % places.length] ?? 0) === file));

/** Every sixth, for the time that it takes: what is judged here is the judging. */
const SOME = ESTIMATORS.filter((_, index) => index % 6 === 0);

const reported = (files: MeasurementRecord[][]) => {
  const { accuracy, groupedAccuracy } = judge(latestRecords(files), SOME, ['batch.size', 'step.optimizer']);
  return { accuracy, groupedAccuracy };
};

test('the order of the records changes no score', () => {
  fc.assert(
    fc.property(shuffled, ([list, others]) => {
      expect(reported([others])).toStrictEqual(reported([list]));
      expect(judgeAccuracy([others], SOME).accuracy).toStrictEqual(judgeAccuracy([list], SOME).accuracy);
    }),
    { numRuns: 25 },
  );
});

test('nor do the files that they are spread over, nor the order of these', () => {
  const places = fc.array(fc.nat(2), { minLength: 6, maxLength: 6 });
  fc.assert(
    fc.property(shuffled, places, ([list, others], where) => {
      const files = spread(others, where);
      expect(reported(files)).toStrictEqual(reported([list]));
      expect(reported(files.toReversed())).toStrictEqual(reported([list]));
    }),
    { numRuns: 25 },
  );
});

test('nor do records that are there twice', () => {
  fc.assert(
    fc.property(records, fc.array(fc.nat(5)), (list, again) => {
      const copies = again.flatMap((index) => list.slice(index, index + 1));
      expect(reported([[...list, ...copies]])).toStrictEqual(reported([list]));
      expect(reported([list, copies])).toStrictEqual(reported([list]));
    }),
    { numRuns: 25 },
  );
});

test('records that pass by one after another are judged as those that are held, superseded ones left out', () => {
  fc.assert(
    fc.property(records, fc.array(fc.nat(2), { minLength: 6, maxLength: 6 }), (list, where) => {
      const files = spread(list, where);
      const held = latestPerConfiguration(latestRecords(files));
      const passed = judgeAccuracy(files, SOME);
      const withoutHash = passed.accuracy.map(({ predictionsHash: _, ...row }) => row);
      expect(withoutHash).toStrictEqual(judge(held, SOME).accuracy);
      const nameOf = (record: RecordHead) => [record.configId, record.outcome !== 'external' && record.startedAt];
      expect(passed.records.map(nameOf)).toEqual(held.map(nameOf));
    }),
    { numRuns: 25 },
  );
});

test('one total for every measured record, formula, promised quantity and ledger: with numbers, or with a reason', () => {
  fc.assert(
    fc.property(records, (list) => {
      const totals = compareRecords(list, ESTIMATORS).filter(({ component }) => component === 'total');
      const measured = list.filter((record): record is MeasuredRecord => record.outcome === 'measured');
      const promised = measured.flatMap(({ configId }) =>
        ESTIMATORS.flatMap(({ id, predicts }) =>
          predicts.flatMap(({ quantity, ledgers }) =>
            ledgers.map((ledger) => `${configId} ${id} ${quantity} ${ledger}`),
          ),
        ),
      );
      expect(totals.map((row) => `${row.configId} ${row.estimator} ${row.quantity} ${row.ledger}`)).toEqual(promised);
      for (const row of totals) {
        if (isCompared(row)) expect([row.reason, row.verdict]).not.toContain('not-applicable');
        else expect([row.verdict, row.reason]).toEqual(['not-applicable', expect.stringMatching(/./)]);
      }
    }),
    { numRuns: 25 },
  );
});
