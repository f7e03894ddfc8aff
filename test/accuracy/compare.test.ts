import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareRecords, comparisonsOf, isCompared } from '../../src/accuracy/compare.ts';
import { ONE_DEVICE, parseDeployment } from '../../src/estimators/deployment.ts';
import { itemised, unsupported } from '../../src/estimators/estimator.ts';
import type { ExternalRecord } from '../../src/records/external.ts';
import type { ComponentBytes } from '../../src/records/measurement.ts';
import { COMPONENTS, LEDGERS, QUANTITIES } from '../../src/records/quantity.ts';
import { externalRecord } from '../records/exampleExternal.ts';
import { exampleConfig, exampleReading, measuredRecord, unmeasuredRecord } from '../records/exampleRecord.ts';
import { exampleEstimator } from './exampleEstimator.ts';

const NO_NUMBERS = {
  predictedBytes: null,
  measuredBytes: null,
  resolutionBytes: null,
  errorBytes: null,
  errorRatio: null,
  noiseBytes: null,
};

describe('one record, one estimator', () => {
  const record = measuredRecord([exampleReading(1000)], {
    unavailable: [{ ledger: 'requested', reason: 'no log' }],
  });
  const rows = compareRecords([record], [exampleEstimator()]);

  test('a compared total, then its predicted components, without a measured number where the ledger has none', () => {
    expect(rows.slice(0, 3)).toMatchObject([
      {
        component: 'total',
        predictedBytes: 1100,
        measuredBytes: 1000,
        errorBytes: 100,
        errorRatio: 0.1,
        verdict: 'over',
      },
      { component: 'attention', ...NO_NUMBERS, predictedBytes: 100, verdict: 'not-applicable' },
      { component: 'unitemised', ...NO_NUMBERS, predictedBytes: 1000, verdict: 'not-applicable' },
    ]);
  });

  test('what cannot be compared is one row without numbers that says why', () => {
    const notCompared = rows.filter((row) => row.component === 'total' && !isCompared(row));
    expect(notCompared.map(({ quantity, ledger, reason }) => [quantity, ledger, reason])).toEqual([
      ['step-peak', 'requested', 'the ledger requested could not count: no log'],
      ['steady', 'buffers', 'only peaks'],
      ['inference-peak', 'tensors', 'the record has no reading of inference-peak by tensors'],
    ]);
    for (const row of notCompared) expect(row).toMatchObject({ ...NO_NUMBERS, verdict: 'not-applicable' });
    expect(rows).toHaveLength(6);
  });

  test('every row says how the configuration stands to the formula', () => {
    for (const row of rows) expect(row).toMatchObject({ match: 'nearest', violatedAssumptions: ['sgd'] });
    const away = measuredRecord([exampleReading(1)], { configuration: exampleConfig({ batch: { size: 2 } }) });
    expect(compareRecords([away], [exampleEstimator()])[0]).toMatchObject({
      match: 'away',
      violatedAssumptions: ['batch-1', 'sgd'],
    });
  });
});

test.each([
  [1100, 'exact', 0, 0],
  [1375, 'under', -275, -0.2],
  [0, 'over', 1100, null],
])('measured %i is %s', (measured, verdict, errorBytes, errorRatio) => {
  const [row] = compareRecords([measuredRecord([exampleReading(measured)])], [exampleEstimator()]);
  expect(row).toMatchObject({ measuredBytes: measured, verdict, errorBytes, errorRatio });
});

describe('components', () => {
  const predict = () => ({ 'step-peak': itemised({ head: 30, attention: 100, weights: 0, unitemised: 1000 }) });
  const estimator = exampleEstimator({ predicts: [{ quantity: 'step-peak', ledgers: ['buffers'] }], predict });
  const compare = (components: ComponentBytes[], total = components.reduce((sum, { bytes }) => sum + bytes, 0)) =>
    compareRecords([measuredRecord([exampleReading(total, { components })])], [estimator]);

  test('the predicted ones in the order of the formula, then the measured ones that it leaves out', () => {
    const rows = compare([
      { component: 'unattributed', layer: null, bytes: 8 },
      { component: 'attention', layer: 0, bytes: 50 },
      { component: 'weights', layer: null, bytes: 0 },
      { component: 'attention', layer: 1, bytes: 75 },
      { component: 'scratch', layer: 1, bytes: 4 },
    ]);
    expect(
      rows.map((row) => [
        row.component,
        row.predictedBytes,
        row.measuredBytes,
        row.errorBytes,
        row.errorRatio,
        row.verdict,
      ]),
    ).toEqual([
      ['total', 1130, 137, 993, 993 / 137, 'over'],
      ['head', 30, 0, 30, null, 'over'],
      ['attention', 100, 125, -25, -0.2, 'under'],
      ['weights', 0, 0, 0, null, 'exact'],
      ['unitemised', 1000, null, null, null, 'not-applicable'],
      ['unattributed', 0, 8, -8, -1, 'under'],
      ['scratch', 0, 4, -4, -1, 'under'],
    ]);
    for (const row of rows) expect(row).toMatchObject({ match: 'nearest', reason: null });
  });

  test('a ledger that tells components apart and finds none has measured 0 of each', () => {
    expect(compare([]).map(({ measuredBytes }) => measuredBytes)).toEqual([0, 0, 0, 0, null]);
  });

  test('they are those of the first measured step', () => {
    const components = (bytes: number) => ({ components: [{ component: 'head' as const, layer: null, bytes }] });
    const readings = [
      exampleReading(2, { repeat: 2, step: 4, ...components(2) }),
      exampleReading(1, { repeat: 1, step: 3, ...components(1) }),
    ];
    expect(compareRecords([measuredRecord(readings)], [estimator])[1]).toMatchObject({
      component: 'head',
      measuredBytes: 1,
    });
  });

  test('only totals are scored', () => {
    const rows = compare([{ component: 'attention', layer: 0, bytes: 50 }]);
    expect(rows.filter(isCompared).map(({ component }) => component)).toEqual(['total']);
  });

  test('their errors add up to that of the total, with `unitemised` as it is predicted', () => {
    const size = fc.integer({ min: -(2 ** 40), max: 2 ** 40 });
    const predicted = fc.dictionary(fc.constantFrom(...COMPONENTS, 'unitemised' as const), size);
    const measured = fc.array(
      fc.record({
        component: fc.constantFrom(...COMPONENTS, 'unattributed' as const),
        layer: fc.option(fc.nat(3)),
        bytes: size,
      }),
    );
    fc.assert(
      fc.property(predicted, measured, (parts, components) => {
        const ofParts = exampleEstimator({ ...estimator, predict: () => ({ 'step-peak': itemised(parts) }) });
        const total = components.reduce((sum, { bytes }) => sum + bytes, 0);
        const rows = compareRecords([measuredRecord([exampleReading(total, { components })])], [ofParts]);
        const [first, ...others] = rows;
        const errors = others.map((row) => (row.component === 'unitemised' ? row.predictedBytes : row.errorBytes) ?? 0);
        expect(errors.reduce<number>((sum, error) => sum + error, 0)).toBe(first?.errorBytes);
        const named = new Set([...Object.keys(parts), ...components.map(({ component }) => component)]);
        expect(others.map(({ component }) => component)).toEqual([...named]);
      }),
    );
  });
});

test('a total says how far apart the measured steps are, a component does not', () => {
  const components = [{ component: 'attention' as const, layer: null, bytes: 5 }];
  const readings = [exampleReading(5, { components }), exampleReading(9, { repeat: 2, step: 4 })];
  const rows = compareRecords([measuredRecord(readings)], [exampleEstimator()]);
  expect(rows.slice(0, 3).map(({ component, noiseBytes }) => [component, noiseBytes])).toEqual([
    ['total', 4],
    ['attention', null],
    ['unitemised', null],
  ]);
});

test('totals alone are the totals of all rows', () => {
  const record = measuredRecord([exampleReading(80, { components: [{ component: 'head', layer: null, bytes: 80 }] })]);
  const totals = compareRecords([record], [exampleEstimator()]).filter(({ component }) => component === 'total');
  expect([...comparisonsOf(record, [exampleEstimator()], { totalsOnly: true })]).toEqual(totals);
});

test('the first measured step is judged, wherever its reading stands', () => {
  const readings = [
    exampleReading(3, { repeat: 2, step: 4 }),
    exampleReading(1, { repeat: 1, step: 3 }),
    exampleReading(2, { repeat: 1, step: 4 }),
  ];
  expect(compareRecords([measuredRecord(readings)], [exampleEstimator()])[0]?.measuredBytes).toBe(1);
});

test('a quantity that the estimator promises but leaves out is still a row', () => {
  const rows = compareRecords([measuredRecord()], [exampleEstimator({ predict: () => ({}) })]);
  expect(rows).toHaveLength(4);
  for (const row of rows) expect(row.reason).toBe('the estimator gave no prediction');
});

test('the order is that of records, estimators, quantities, ledgers; unmeasured records are not compared', () => {
  const configuration = exampleConfig({ batch: { size: 2 } });
  const records = [
    measuredRecord([exampleReading(1)], { configuration }),
    unmeasuredRecord('failed'),
    measuredRecord(),
  ];
  const estimators = [exampleEstimator({ id: 'b' }), exampleEstimator({ id: 'a' })];
  const totals = compareRecords(records, estimators).filter(({ component }) => component === 'total');
  const ofOne = ['step-peak buffers', 'step-peak requested', 'steady buffers', 'inference-peak tensors'];
  expect(totals.map((row) => `${row.configuration.batch.size} ${row.estimator} ${row.quantity} ${row.ledger}`)).toEqual(
    ['2 b', '2 a', '1 b', '1 a'].flatMap((prefix) => ofOne.map((rest) => `${prefix} ${rest}`)),
  );
});

test('no combination is ever dropped, and a number appears only where both sides have one', () => {
  const size = fc.integer({ min: 0, max: 2 ** 50 });
  const quantity = fc.constantFrom(...QUANTITIES);
  const ledgers = fc.uniqueArray(fc.constantFrom(...LEDGERS), { minLength: 1 });
  const readings = fc.array(
    fc.record({ quantity, ledger: fc.constantFrom(...LEDGERS), repeat: fc.integer({ min: 1, max: 3 }), bytes: size }),
    { minLength: 1 },
  );
  const predictions = fc.uniqueArray(fc.record({ quantity, ledgers, total: fc.option(size) }), {
    selector: (entry) => entry.quantity,
  });
  fc.assert(
    fc.property(readings, predictions, (read, predicted) => {
      const record = measuredRecord(
        read.map(({ bytes, ...more }) => exampleReading(bytes, { ...more, step: more.repeat + 2 })),
      );
      const estimator = exampleEstimator({
        predicts: predicted,
        predict: () =>
          Object.fromEntries(
            predicted.map((entry) => [
              entry.quantity,
              entry.total === null ? unsupported('no') : itemised({ weights: entry.total }),
            ]),
          ),
      });
      const rows = compareRecords([record], [estimator]);
      const totals = rows.filter(({ component }) => component === 'total');
      expect(totals.map((row) => [row.quantity, row.ledger])).toEqual(
        predicted.flatMap((entry) => entry.ledgers.map((ledger) => [entry.quantity, ledger])),
      );
      for (const row of totals) {
        const isRead = read.some((entry) => entry.quantity === row.quantity && entry.ledger === row.ledger);
        const isPredicted = predicted.some((entry) => entry.quantity === row.quantity && entry.total !== null);
        expect(isCompared(row)).toBe(isRead && isPredicted);
        expect(row.verdict === 'not-applicable').toBe(row.errorBytes === null);
        expect(row.reason === null).toBe(isCompared(row));
      }
      expect(rows).toHaveLength(totals.length + totals.filter(isCompared).length);
    }),
  );
});

describe('an external record', () => {
  const resolved = (bytes: number, resolutionBytes?: number) =>
    externalRecord({
      readings: [{ quantity: 'step-peak', ledger: 'buffers', bytes, ...(resolutionBytes && { resolutionBytes }) }],
    });
  const total = (record: ExternalRecord) => compareRecords([record], [exampleEstimator()])[0];

  test.each([
    [1100, undefined, 'exact'],
    [1100, 50, 'within-resolution'], // 1100 is what was printed; the truth may be 1051
    [1150, 50, 'within-resolution'],
    [1151, 50, 'under'],
    [1049, 50, 'over'],
  ])('1100 predicted, %i measured, known to ± %s: %s', (measured, resolution, verdict) => {
    expect(total(resolved(measured, resolution))).toMatchObject({
      verdict,
      errorBytes: 1100 - measured,
      resolutionBytes: resolution ?? null,
      origin: 'PyTorch 2.15.0 on H100',
    });
  });

  test('is predicted with its deployment, which stands among its conditions', () => {
    const deployment = parseDeployment(['tensorParallel=2']);
    const estimator = exampleEstimator({
      predict: (_, { tensorParallel } = ONE_DEVICE) => ({ 'step-peak': itemised({ weights: 1000 / tensorParallel }) }),
    });
    const record = externalRecord({ deployment, conditions: { mask: 'add' } });
    expect(compareRecords([record], [estimator])[0]).toMatchObject({
      predictedBytes: 500,
      conditions: { mask: 'add', 'deployment.tensorParallel': '2' },
      match: 'nearest',
      violatedAssumptions: ['sgd'],
    });
  });

  test.each([
    ['tensorParallel=2', 'away', ['sgd', 'one-device']],
    ['zeroStage=1', 'away', ['sgd', 'one-device']],
    ['dataParallel=2', 'nearest', ['sgd']], // replicas: each holds what one device would
  ])('a formula that ignores %s is %s', (assignment, match, violatedAssumptions) => {
    const record = externalRecord({ deployment: parseDeployment([assignment]) });
    expect(compareRecords([record], [exampleEstimator()])[0]).toMatchObject({ match, violatedAssumptions });
  });

  test('what has no number for a deployment does not ignore it, and ZeRO is nothing to a formula of activations', () => {
    const record = externalRecord({ deployment: parseDeployment(['zeroStage=1']) });
    const silent = exampleEstimator({ predict: () => ({ 'step-peak': unsupported('nothing to say') }) });
    const ofActivations = exampleEstimator({
      predicts: [{ quantity: 'activations', ledgers: ['buffers'] }],
      predict: () => ({ activations: itemised({ attention: 1 }) }),
    });
    expect(compareRecords([record], [silent, ofActivations]).map(({ match }) => match)).not.toContain('away');
  });

  const parts = (...components: ComponentBytes[]) =>
    compareRecords(
      [
        externalRecord({
          readings: [
            {
              quantity: 'step-peak',
              ledger: 'buffers',
              bytes: components.reduce((sum, { bytes }) => sum + bytes, 0),
              components,
            },
          ],
        }),
      ],
      [exampleEstimator({ predict: () => ({ 'step-peak': itemised({ attention: 100, weights: 1000 }) }) })],
    )
      .filter((row) => row.quantity === 'step-peak' && row.ledger === 'buffers' && row.component !== 'total')
      .map(({ component, measuredBytes, verdict }) => [component, measuredBytes, verdict]);

  test('has 0 bytes of a part that it does not name if it names all', () => {
    expect(parts({ component: 'weights', layer: null, bytes: 900 })).toEqual([
      ['attention', 0, 'over'],
      ['weights', 900, 'over'],
    ]);
  });

  test('says nothing about a part that may be in its remainder', () => {
    const remainder = { component: 'unattributed' as const, layer: null, bytes: 5 };
    expect(parts({ component: 'weights', layer: null, bytes: 1000 }, remainder)).toEqual([
      ['attention', null, 'not-applicable'],
      ['weights', 1000, 'exact'],
    ]);
  });
});
