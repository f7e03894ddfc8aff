import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { scoreByKeys } from '../../src/accuracy/byKey.ts';
import { compareRecords } from '../../src/accuracy/compare.ts';
import { judge } from '../../src/accuracy/judge.ts';
import { scoreAccuracy } from '../../src/accuracy/score.ts';
import { CONFIG_PATHS } from '../../src/config/schema.ts';
import { itemised } from '../../src/estimators/estimator.ts';
import { RECONCILIATION_PARTS } from '../../src/records/quantity.ts';
import { accuracyCsv } from '../../src/report/accuracyCsv.ts';
import { cancellationsCsv } from '../../src/report/cancellationsCsv.ts';
import { type Cell, CSV_VERSION, csvText } from '../../src/report/column.ts';
import { comparisonsCsv } from '../../src/report/comparisonsCsv.ts';
import { withDictionary } from '../../src/report/csvDictionary.ts';
import { CSV_FILES } from '../../src/report/csvFiles.ts';
import { KEY_MEANINGS } from '../../src/report/keyMeanings.ts';
import { measurementsCsv } from '../../src/report/measurementsCsv.ts';
import { reconciliationCsv } from '../../src/report/reconciliationCsv.ts';
import { residualsCsv } from '../../src/report/residualsCsv.ts';
import { comparedRow, exampleEstimator } from '../accuracy/exampleEstimator.ts';
import {
  exampleConfig,
  exampleDifference,
  exampleReading,
  measuredRecord,
  unmeasuredRecord,
} from '../records/exampleRecord.ts';

const read = (text: string): Record<string, string>[] => parse(text, { columns: true });

describe('measurements.csv', () => {
  const peak = { phase: 'backward', kernel: 'BatchMatMulV2' } as const;
  const record = measuredRecord([
    exampleReading(9_007_199_254_740_991, { peak }),
    exampleReading(-8, { quantity: 'activations', ledger: 'process', repeat: 2, step: 4 }),
  ]);

  test('one row per reading, to the byte', () => {
    const rows = read(measurementsCsv([record]));
    expect(rows).toHaveLength(2);
    expect(rows[0]).toMatchObject({
      configId: record.configId,
      'model.hiddenSize': '8',
      'model.biases': 'true',
      'model.gatedFeedForward': 'false',
      'model.dropout': '0',
      'runtime.memoryLimitMiB': '',
      outcome: 'measured',
      quantity: 'step-peak',
      ledger: 'buffers',
      component: 'total',
      layer: '',
      repeat: '1',
      step: '3',
      bytes: '9007199254740991',
      peak_phase: 'backward',
      peak_component: '',
      peak_kernel: 'BatchMatMulV2',
    });
    expect(rows[1]).toMatchObject({ ledger: 'process', bytes: '-8', step: '4', peak_phase: '', peak_kernel: '' });
  });

  test('a total is followed by its components, layer by layer; the peak is that of the total', () => {
    const components = [
      { component: 'weights', layer: 0, bytes: 600 },
      { component: 'weights', layer: null, bytes: 500 },
      { component: 'unattributed', layer: null, bytes: -100 },
    ] as const;
    const readings = [
      exampleReading(1000, { peak, components: [...components] }),
      exampleReading(7, { ledger: 'allocated' }),
    ];
    const header = measurementsCsv([]);
    const rows = measurementsCsv([measuredRecord(readings)])
      .slice(header.length)
      .trimEnd()
      .split('\n');
    expect(rows.map((row) => row.slice(row.indexOf(',measured,')))).toEqual([
      ',measured,step-peak,buffers,total,,1,3,1000,backward,,BatchMatMulV2,,',
      ',measured,step-peak,buffers,weights,0,1,3,600,,,,,',
      ',measured,step-peak,buffers,weights,,1,3,500,,,,,',
      ',measured,step-peak,buffers,unattributed,,1,3,-100,,,,,',
      ',measured,step-peak,allocated,total,,1,3,7,,,,,',
    ]);
  });

  test.each(['out-of-memory', 'failed', 'skipped'] as const)('%s is one row without numbers', (outcome) => {
    const rows = read(measurementsCsv([unmeasuredRecord(outcome), record]));
    expect(rows).toHaveLength(3);
    expect(rows[0]).toMatchObject({ 'model.layers': '2', outcome, quantity: '', component: '', repeat: '', bytes: '' });
  });

  test('without records there is a header', () => {
    expect(measurementsCsv([]).split('\n')).toEqual([
      expect.stringMatching(/^configId,model\.architecture,.*conditions$/),
      '',
    ]);
  });
});

describe('comparisons.csv', () => {
  test('numbers where both sides have one, empty cells where not', () => {
    const configuration = exampleConfig({ batch: { size: 2 } });
    const records = [measuredRecord([exampleReading(2200)], { configuration })];
    const rows = read(comparisonsCsv(compareRecords(records, [exampleEstimator()])));
    expect(rows[0]).toMatchObject({
      'batch.size': '2',
      component: 'total',
      estimator: 'example',
      predicted_bytes: '1100',
      measured_bytes: '2200',
      error_bytes: '-1100',
      error_ratio: '-0.5',
      match: 'away',
      violated_assumptions: 'batch-1;sgd',
      verdict: 'under',
    });
    const noNumbers = { measured_bytes: '', error_bytes: '', error_ratio: '', verdict: 'not-applicable' };
    expect(rows[1]).toMatchObject({ component: 'attention', predicted_bytes: '100', ...noNumbers });
    expect(rows[3]).toMatchObject({ component: 'total', ledger: 'requested', predicted_bytes: '', ...noNumbers });
  });

  test('components are compared where the ledger tells them apart', () => {
    const components = [{ component: 'attention' as const, layer: 0, bytes: 80 }];
    const records = [measuredRecord([exampleReading(80, { components })])];
    const [total, attention, unitemised] = read(comparisonsCsv(compareRecords(records, [exampleEstimator()])));
    expect(total).toMatchObject({ component: 'total', error_bytes: '1020' });
    expect(attention).toMatchObject({ measured_bytes: '80', error_bytes: '20', error_ratio: '0.25', verdict: 'over' });
    expect(unitemised).toMatchObject({ predicted_bytes: '1000', measured_bytes: '', verdict: 'not-applicable' });
  });
});

describe('reconciliation.csv', () => {
  test('every part in the order of the records; unmeasured ones have none', () => {
    const record = measuredRecord(undefined, {
      configId: '0123456789ab',
      reconciliation: [
        exampleDifference('views', -96),
        exampleDifference('unexplained', 0),
        exampleDifference('rounding', 9_007_199_254_740_991, {
          quantity: 'weights',
          from: 'requested',
          to: 'allocated',
        }),
      ],
    });
    const later = { ...record, configId: '000000000000', reconciliation: [exampleDifference('peak-moved', -8)] };
    expect(reconciliationCsv([record, unmeasuredRecord('out-of-memory'), later, measuredRecord()])).toBe(
      'configId,quantity,from_ledger,to_ledger,part,bytes\n' +
        '0123456789ab,step-peak,tensors,buffers,views,-96\n' +
        '0123456789ab,step-peak,tensors,buffers,unexplained,0\n' +
        '0123456789ab,weights,requested,allocated,rounding,9007199254740991\n' +
        '000000000000,step-peak,tensors,buffers,peak-moved,-8\n',
    );
  });
});

describe('residuals.csv and cancellations.csv', () => {
  const components = [
    { component: 'attention' as const, layer: 0, bytes: 600 },
    { component: 'loss' as const, layer: null, bytes: 400 },
  ];
  const record = measuredRecord([exampleReading(1000, { components })], { configId: '0123456789ab' });
  const predict = () => ({ 'step-peak': itemised({ attention: 800, loss: 250, unitemised: 6 }) });
  const judgement = judge([record, unmeasuredRecord('failed')], [exampleEstimator({ predict })]);

  test('every place, with what it is of the total', () => {
    expect(residualsCsv(judgement)).toBe(
      'configId,quantity,ledger,estimator,component,layer,scope,predicted_bytes,measured_bytes,residual_bytes,residual_ratio,share_of_total,match,whole_because\n' +
        '0123456789ab,step-peak,buffers,example,attention,0,layer,0,600,-600,-1,-0.6,nearest,\n' +
        '0123456789ab,step-peak,buffers,example,attention,,outside,800,0,800,,0.8,nearest,\n' +
        '0123456789ab,step-peak,buffers,example,loss,,outside,250,400,-150,-0.375,-0.15,nearest,\n' +
        '0123456789ab,step-peak,buffers,example,unitemised,,whole,6,,6,,0.006,nearest,nothing measured corresponds\n',
    );
  });

  test('each pair, with the numbers of the worst', () => {
    expect(cancellationsCsv(judgement)).toBe(
      'estimator,quantity,ledger,origin,match,component_over,component_under,configurations,of,worst_configId,worst_hidden_ratio,worst_total_error_ratio,worst_over_bytes,worst_over_ratio,worst_under_bytes,worst_under_ratio\n' +
        'example,step-peak,buffers,memproof: tensorflow 2.18.0 on cpu,nearest,attention,loss,1,1,0123456789ab,0.15,0.056,200,0.3333333333333333,-150,-0.375\n',
    );
  });
});

describe('accuracy.csv', () => {
  test('the statistics, unrounded', () => {
    const rows = scoreAccuracy([comparedRow(1, 3), comparedRow(8, 0)]);
    expect(accuracyCsv(rows)).toBe(
      'estimator,quantity,ledger,origin,match,group_key,group_value,count,exact_count,under_count,under_share,without_ratio_count,median_error_ratio,median_absolute_error_ratio,p90_absolute_error_ratio,worst_error_ratio,worst_configId,min_error_ratio,max_error_ratio,noise_ratio,rank_correlation\n' +
        'example,step-peak,buffers,memproof: tensorflow 2.18.0 on cpu,matched,,,2,0,1,0.5,1,-0.6666666666666666,0.6666666666666666,0.6666666666666666,-0.6666666666666666,000000000000,-0.6666666666666666,-0.6666666666666666,,\n',
    );
  });
});

test('accuracy.csv: the rows of single values follow, with the key and its value', () => {
  const on = (size: number) => ({ configuration: exampleConfig({ batch: { size } }) });
  const rows = [comparedRow(1, 2, on(10)), comparedRow(2, 2, on(9))];
  const keys = ['batch.size', 'runtime.memoryLimitMiB'];
  const csv = read(accuracyCsv(scoreAccuracy(rows), scoreByKeys(rows, keys)));
  expect(csv.map((row) => [row['group_key'], row['group_value'], row['count'], row['median_error_ratio']])).toEqual([
    ['', '', '2', '-0.25'],
    ['batch.size', '9', '1', '0'],
    ['batch.size', '10', '1', '-0.5'],
    ['runtime.memoryLimitMiB', '', '2', '-0.25'],
  ]);
});

describe('any cell', () => {
  const column = { name: 'x', type: 'text', meaning: '', cell: (cell: Cell) => cell } as const;
  const cellOf = (cell: Cell) => read(csvText([column, { ...column, name: 'y' }], [cell]))[0]?.['x'];

  test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1'])('text %j gets an apostrophe', (text) => {
    expect(cellOf(text)).toBe(`'${text}`);
  });

  test('numbers and truth values stay plain', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (number) => {
        expect(Number(cellOf(number))).toBe(number === 0 ? 0 : number);
        expect(cellOf(number)).not.toContain("'");
      }),
    );
    expect([true, false, null, -8].map(cellOf)).toEqual(['true', 'false', '', '-8']);
  });

  test('text comes back as it was', () => {
    const text = fc.string({ unit: fc.constantFrom(...'aé,;"\'\n\r =-+@µ') }).filter((s) => !/^[=+\-@\t\r]/.test(s));
    fc.assert(
      fc.property(text, (original) => {
        expect(cellOf(original)).toBe(original);
      }),
    );
  });
});

describe('the contract', () => {
  const page = readFileSync(new URL('../../docs/csv.md', import.meta.url), 'utf8');
  const sections = new Map(page.split(/^## /m).map((section) => [section.split('\n', 1)[0] ?? '', section]));

  test('the tables of docs/csv.md are those of the columns; `npm run update-golden` renews them', () => {
    expect(withDictionary(page)).toBe(page);
  });

  test('a page that says something else, or has no place for a file, is noticed', () => {
    expect(withDictionary(page.replace('| `bytes` | integer |', '| `bytes` | number |'))).toBe(page);
    expect(() => withDictionary(page.replace('## laws.csv', '## other.csv'))).toThrow('## laws.csv');
  });

  test('every file has a configuration column per key after the id or none, and every key has its meaning', () => {
    expect(Object.keys(KEY_MEANINGS)).toEqual(CONFIG_PATHS);
    for (const { columns } of CSV_FILES) {
      const names = columns.map(({ name }) => name);
      if (!names.some((name) => CONFIG_PATHS.includes(name))) continue;
      expect(names.slice(1, 1 + CONFIG_PATHS.length)).toEqual(CONFIG_PATHS);
    }
  });

  const tableOf = (section: string) =>
    [...(sections.get(section) ?? '').matchAll(/^\| `([^`]+)` \|/gm)].map(([, name = '']) => ({ name }));

  test('docs/csv.md explains every part of a reconciliation, in order', () => {
    expect(tableOf('Parts of a reconciliation').map(({ name }) => name)).toEqual(RECONCILIATION_PARTS);
  });

  test('docs/csv.md is of the current version', () => {
    expect(page).toContain(`this page describes version ${CSV_VERSION}.`);
    expect(sections.get('Versions')).toContain(`| ${CSV_VERSION} |`);
  });
});
