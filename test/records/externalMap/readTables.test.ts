import { describe, expect, test } from 'vitest';
import { externalRecordSchema } from '../../../src/records/external.ts';
import { type ExternalMap, parseExternalMap } from '../../../src/records/externalMap/map.ts';
import { readTables } from '../../../src/records/externalMap/readTables.ts';
import { parseTable } from '../../../src/records/externalMap/table.ts';
import { judgedRecordSchema } from '../../../src/records/judged.ts';
import { originOf } from '../../../src/records/origin.ts';

const BASE = {
  version: 1,
  provenance: { citation: 'by hand' },
  framework: { name: 'PyTorch', version: '2.15.0' },
  device: { label: 'H100', evidence: 'measured' },
  preset: 'gpt2-small',
  configuration: {
    'batch.size': { column: 'batch' },
    'batch.sequenceLength': 1024,
    'step.savedTensors': 'minimal',
    'step.backward': 'freeing',
    'model.attention': 'unfused',
    'runtime.device': 'gpu',
  },
  readings: [{ quantity: 'step-peak', ledger: 'allocated', bytes: { column: 'peak', unit: 'GiB' } }],
};
const mapWith = (more: object): ExternalMap => parseExternalMap({ ...BASE, ...more }, 'my.map.json');
const read = (text: string, map: ExternalMap = mapWith({})) => readTables(map, [parseTable(text, 'my.csv')]);
/** What is thrown, in words. */
function refusal(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    return `${(error as { code?: string }).code} ${(error as Error).message}`;
  }
  throw new Error('nothing was refused');
}

describe('a row', () => {
  const { records, notes } = read(
    'batch,peak,note\n12,21.898,first\n8,,no peak was seen\n'.split('\n').slice(0, 2).join('\n'),
  );
  const [record] = records;

  test('becomes a record that says where it is from and how well it is known', () => {
    expect(record).toMatchObject({
      outcome: 'external',
      configuration: { model: { layers: 12 }, batch: { size: 12 }, runtime: { backend: 'external' } },
      framework: { name: 'PyTorch', version: '2.15.0' },
      conditions: {},
      provenance: { citation: 'by hand', file: 'my.csv', line: 2 },
      readings: [{ quantity: 'step-peak', ledger: 'allocated', bytes: 23_512_798_462, resolutionBytes: 536_871 }],
    });
    expect(record).not.toHaveProperty('deployment');
  });

  test('survives a line of JSON', () => {
    expect(externalRecordSchema.parse(JSON.parse(JSON.stringify(record)))).toEqual(record);
    expect(judgedRecordSchema.parse(JSON.parse(JSON.stringify(record)))).toEqual(record);
  });

  test('has an origin of its own', () => {
    if (record === undefined) throw new Error('no record');
    expect(originOf(record)).toBe('PyTorch 2.15.0 on H100');
    const device = { label: 'cuda-fake', evidence: 'simulated' as const };
    expect(originOf({ ...record, device, framework: { name: 'JAX', version: null } })).toBe(
      'JAX on cuda-fake, simulated',
    );
  });

  test('columns that nobody reads are told once', () => {
    expect(notes).toEqual(['my.csv: columns that the map does not read: note']);
  });
});

test('columns that are named like configuration keys need no map', () => {
  const { records } = read('batch,peak,model.layers,model.biases\n1,2,3,false\n');
  expect(records[0]?.configuration.model).toMatchObject({ layers: 3, biases: false, hiddenSize: 768 });
});

test('values are translated, by several columns too, and null leaves a thing unsaid', () => {
  const map = mapWith({
    configuration: {
      ...BASE.configuration,
      'model.attention': { column: ['kernel', 'device'], values: { 'sdpa, cuda': 'fused' }, otherwise: 'unfused' },
    },
    conditions: { mask: { column: 'mask', values: { none: null }, otherwise: 'some' } },
    deployment: { tensorParallel: { column: 'tp' } },
  });
  const { records } = read('batch,peak,kernel,device,mask,tp\n1,2,sdpa,cuda,none,2\n1,2,sdpa,cpu,add,1\n', map);
  expect(
    records.map(({ configuration, conditions, deployment }) => [
      configuration.model.attention,
      conditions,
      deployment?.tensorParallel,
    ]),
  ).toEqual([
    ['fused', {}, 2],
    ['unfused', { mask: 'some' }, 1],
  ]);
});

test('a table of a header alone is told', () => {
  expect(read('batch,peak\n')).toEqual({ records: [], notes: ['my.csv: no rows below the header'] });
});

test('what the filter leaves out is counted; one passed filter is enough', () => {
  const map = mapWith({
    where: [{ kind: ['run'], batch: { not: ['3'] } }, { kind: ['late'] }],
    conditions: { kind: { column: 'kind' } },
  });
  const { records, notes } = read('batch,peak,kind\n1,2,run\n3,2,run\n3,2,late\n4,2,warm-up\n', map);
  expect(records.map(({ configuration }) => configuration.batch.size)).toEqual([1, 3]);
  expect(notes).toEqual(["my.csv: 2 of 4 rows left out by the map's filter (where)"]);
});

describe('rows of one run', () => {
  const map = mapWith({
    readings: [
      {
        quantity: {
          column: 'when',
          values: { start: 'steady', end: { quantity: 'activations', minus: 'start' }, max: 'step-peak', after: null },
        },
        ledger: 'buffers',
        bytes: { column: 'bytes', unit: 'B' },
        component: {
          column: 'what',
          values: { W: 'weights', W2: 'weights', A: 'unattributed', sum: 'total', head: 'head' },
        },
      },
    ],
  });
  const readings = (rows: string) =>
    read(`batch,when,what,bytes\n${rows}`, map).records.map((record) => record.readings);

  test('are one record; parts are added up, their remainder belongs to nobody, and a level can be subtracted', () => {
    const rows = [
      '1,start,W,60',
      '1,start,W2,20',
      '1,start,sum,100',
      '1,end,sum,170',
      '1,end,W,60',
      '1,end,W2,20',
      '1,end,head,5',
      '1,after,sum,1',
    ];
    expect(readings(rows.join('\n'))).toEqual([
      [
        {
          quantity: 'steady',
          ledger: 'buffers',
          bytes: 100,
          components: [
            { component: 'weights', layer: null, bytes: 80 },
            { component: 'unattributed', layer: null, bytes: 20 },
          ],
        },
        {
          quantity: 'activations',
          ledger: 'buffers',
          bytes: 70,
          components: [
            { component: 'head', layer: null, bytes: 5 },
            { component: 'unattributed', layer: null, bytes: 65 },
          ],
        },
      ],
    ]);
  });

  test('without a total the parts are the total; what is told apart from nothing is not told apart', () => {
    expect(readings('1,max,W,3\n1,max,head,4\n2,max,A,9')).toEqual([
      [expect.objectContaining({ bytes: 7, components: [expect.anything(), expect.anything()] })],
      [{ quantity: 'step-peak', ledger: 'buffers', bytes: 9 }],
    ]);
  });

  test.each([
    ['two totals', '1,max,sum,3\n1,max,sum,4', 'my.csv:3, column "bytes": another row of the same run gives max'],
    [
      'more parts than their total',
      '1,max,sum,3\n1,max,W,4',
      'my.csv:2: the parts of max are 1 bytes more than its total',
    ],
    ['nothing to subtract', '1,end,sum,3', 'my.csv:2: end is less start, and the run has no row of that'],
    ['an unknown quantity', '1,never,sum,3', 'my.csv:2, column "when": the map has no quantity for "never"'],
    ['an unknown component', '1,max,X,3', 'my.csv:2, column "what": the map has no value for "X"'],
    ['no number', '1,max,sum,3.5', 'my.csv:2, column "bytes": "3.5" is no number of B'],
    ['an exponent', '1,max,sum,2.06e9', 'my.csv:2, column "bytes": "2.06e9" is no number of B: digits as 2064403456'],
    ['no reading at all', '1,after,sum,3', 'my.csv:2: the run that begins here has no reading'],
    [
      'less than nothing',
      '1,start,sum,3\n1,end,sum,9\n0,max,sum,3',
      'my.csv:4, column "batch": batch.size cannot be 0',
    ],
  ])('%s: line and column are named', (_, rows, words) => {
    expect(refusal(() => readings(rows))).toContain(`E_TABLE ${words}`);
  });
});

test('rows of several tables may belong to one run', () => {
  const map = mapWith({
    readings: [
      {
        quantity: { column: 'what', values: { s: 'steady', p: 'step-peak' } },
        ledger: 'process',
        bytes: { column: 'b', unit: 'MB' },
      },
    ],
  });
  const { records } = readTables(map, [
    parseTable('batch,what,b\n1,s,5', 'one.csv'),
    parseTable('what,b,batch\np,6,1', 'two.csv'),
  ]);
  expect(
    records.map(({ readings, provenance }) => [provenance.file, readings.map(({ quantity }) => quantity)]),
  ).toEqual([['one.csv', ['steady', 'step-peak']]]);
});

test.each([
  [
    'the sizes of the model',
    { preset: undefined },
    'batch,peak\n1,2',
    'my.csv:2: neither a column nor the map says model.layers',
  ],
  [
    'what tfjs does and others do not',
    { configuration: { 'batch.size': 1, 'batch.sequenceLength': 4 } },
    'peak\n2',
    'my.csv:2: neither a column nor the map says model.attention, step.savedTensors, step.backward, runtime.device',
  ],
  [
    'a device, which this machine does not know,',
    { configuration: { ...BASE.configuration, 'runtime.device': 'auto' } },
    'batch,peak\n1,2',
    'my.csv:2: neither a column nor the map says runtime.device',
  ],
  ['a column of the map', {}, 'peak\n2', 'my.csv:1: it has no column "batch"; it has "peak"'],
  ['every line', {}, '\uFEFF\n', 'my.csv: it is empty'],
  ['a cell', {}, 'batch,peak\n\n1,2\n1', 'my.csv:4: it has 1 cell, and the header has 2'],
  ['a name for each column', {}, 'batch,batch,peak\n1,1,2', 'my.csv:1: the column "batch" stands twice in the header'],
])('%s cannot be left out', (_, more, text, words) => {
  expect(refusal(() => read(text, mapWith(more)))).toContain(`E_TABLE ${words}`);
});

test('who ran a step cannot be said: it was not memproof', () => {
  expect(refusal(() => mapWith({ configuration: { 'runtime.backend': 'external' } }))).toContain(
    'configuration.runtime.backend: is always `external` and cannot be said',
  );
  expect(refusal(() => read('batch,peak,runtime.backend\n1,2,tensorflow\n'))).toContain(
    'my.csv:2, column "runtime.backend": runtime.backend is always external in a table, never "tensorflow"',
  );
  expect(read('batch,peak,runtime.backend\n1,2,external\n').records).toHaveLength(1);
});

test('contradictions between keys name the row', () => {
  expect(refusal(() => read('batch,peak,model.heads\n1,2,7\n'))).toMatch(
    /E_CONFIG .*my\.csv:2.*\n.*model\.heads = 7 does not divide/s,
  );
});

test.each([
  [{ readings: [] }, 'readings'],
  [{ configuration: { 'model.depth': 3 } }, 'model.depth'],
  [{ version: 2 }, 'version'],
  [{ device: { label: 'H100', evidence: 'believed' } }, 'device.evidence'],
])('a map that is none is refused by key: %j', (more, key) => {
  expect(refusal(() => mapWith(more))).toMatch(new RegExp(`^E_MAP .*${key.replace('.', '\\.')}`, 's'));
});
