import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isCompared } from '../../../src/accuracy/compare.ts';
import { type Judgement, judge } from '../../../src/accuracy/judge.ts';
import { residualRows } from '../../../src/accuracy/residuals/index.ts';
import { itemised } from '../../../src/estimators/estimator.ts';
import { ESTIMATORS } from '../../../src/estimators/index.ts';
import { COMPONENTS } from '../../../src/records/quantity.ts';
import { committedRecords } from '../../records/committedRecords.ts';
import { exampleConfig, exampleReading, measuredRecord, unmeasuredRecord } from '../../records/exampleRecord.ts';
import { exampleEstimator } from '../exampleEstimator.ts';

const key = (row: { configId: string; estimator: string; quantity: string; ledger: string }) =>
  [row.configId, row.estimator, row.quantity, row.ledger].join(' ');

/** Sums of residuals by configuration, estimator, quantity and ledger. */
function sumsOf(judgement: Judgement): Map<string, number> {
  const sums = new Map<string, number>();
  for (const { compared, residualBytes } of residualRows(judgement)) {
    sums.set(key(compared), (sums.get(key(compared)) ?? 0) + residualBytes);
  }
  return sums;
}

test('rows by hand', () => {
  const components = [
    { component: 'attention' as const, layer: 0, bytes: 80 },
    { component: 'loss' as const, layer: null, bytes: 40 },
  ];
  const record = measuredRecord([
    exampleReading(120, { components }),
    exampleReading(120, { ledger: 'requested' }), // knows the sum alone
    exampleReading(7, { repeat: 2, step: 4, components: [{ component: 'loss', layer: null, bytes: 7 }] }),
  ]);
  const estimator = exampleEstimator({
    predict: ({ model }) => ({ 'step-peak': itemised({ attention: 50 * model.layers, unitemised: 6 }) }),
  });
  const rows = residualRows(judge([unmeasuredRecord('failed'), record], [estimator]));
  const compared = { configId: record.configId, estimator: 'example', quantity: 'step-peak', ledger: 'buffers' };
  expect(rows.map(({ place, ...row }) => [place.component, place.layer, row.residualBytes])).toEqual([
    ['attention', 0, -30],
    ['attention', 1, 50],
    ['loss', null, -40],
    ['unitemised', null, 6],
  ]);
  expect(rows[0]).toMatchObject({
    residualRatio: -0.375,
    shareOfTotal: -0.25,
    compared: { ...compared, match: 'nearest' },
  });
  expect(rows[1]).toMatchObject({ residualRatio: null, shareOfTotal: 50 / 120 });
  expect(rows[3]).toMatchObject({ residualRatio: null, shareOfTotal: 0.05 });
});

test('a total of 0 has no shares', () => {
  const reading = exampleReading(0, { components: [] });
  const [row] = residualRows(judge([measuredRecord([reading])], [exampleEstimator()]));
  expect(row).toMatchObject({ residualBytes: 100, residualRatio: null, shareOfTotal: null });
});

test('they add up to the error of the total, whatever the formula says of layers', () => {
  const size = fc.integer({ min: 0, max: 2 ** 40 });
  /** Bytes of a component with 1, 2, 3, … layers: linear or not. */
  const growth = fc.oneof(
    fc.record({ layer: size, outside: size }).map(
      ({ layer, outside }) =>
        (layers: number) =>
          layers * layer + outside,
    ),
    size.map((root) => (layers: number) => Math.round(Math.sqrt(layers)) * root),
  );
  const component = fc.constantFrom(...COMPONENTS);
  const measured = fc.array(
    fc.record({
      component: fc.oneof(component, fc.constant('unattributed' as const)),
      layer: fc.option(fc.nat(5)),
      bytes: fc.integer({ min: -(2 ** 40), max: 2 ** 40 }),
    }),
  );
  const architecture = fc.constantFrom('decoder' as const, 'encoder-decoder' as const);
  fc.assert(
    fc.property(
      fc.dictionary(component, growth),
      fc.integer({ min: -(2 ** 40), max: 2 ** 40 }),
      measured,
      architecture,
      fc.constantFrom(1, 3, 4),
      (parts, unitemised, components, kind, layers) => {
        const predict = exampleEstimator({
          predict: ({ model }) => ({
            'step-peak': itemised({
              unitemised,
              ...Object.fromEntries(Object.entries(parts).map(([name, bytesOf]) => [name, bytesOf(model.layers)])),
            }),
          }),
        });
        const total = components.reduce((sum, { bytes }) => sum + bytes, 0);
        const configuration = exampleConfig({ model: { architecture: kind, layers } });
        const judgement = judge(
          [measuredRecord([exampleReading(total, { components })], { configuration })],
          [predict],
        );
        const error = judgement.comparisons.find(isCompared)?.errorBytes;
        expect([...sumsOf(judgement).values()].reduce((sum, one) => sum + one, 0)).toBe(error);
      },
    ),
  );
});

test.each(['quickstart', 'techniques'])('they add up for every formula on the records of %s', (name) => {
  const judgement = judge(committedRecords(name), ESTIMATORS);
  const sums = sumsOf(judgement);
  const totals = judgement.comparisons
    .filter(isCompared)
    .filter((row) => ['buffers', 'requested'].includes(row.ledger));
  expect(totals.length).toBeGreaterThan(500);
  expect(totals.filter((row) => (sums.get(key(row)) ?? 0) !== row.errorBytes)).toEqual([]);
});

test('the exact form is exact in every layer', () => {
  const judgement = judge(
    committedRecords('quickstart'),
    ESTIMATORS.filter(({ id }) => id === 'tfjs-closed-form'),
  );
  const activations = residualRows(judgement).filter(({ compared }) => compared.quantity === 'activations');
  expect(activations.filter(({ place }) => place.scope === 'layer').length).toBeGreaterThan(100);
  for (const { residualBytes } of activations) expect(residualBytes).toBe(0);
});
