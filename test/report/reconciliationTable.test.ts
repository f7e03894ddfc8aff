import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { measurementRecordSchema } from '../../src/records/measurement.ts';
import { LEDGERS, QUANTITIES, RECONCILIATION_PARTS } from '../../src/records/quantity.ts';
import { reconciliationText } from '../../src/report/reconciliationTable.ts';
import { exampleDifference, exampleReading, measuredRecord, unmeasuredRecord } from '../records/exampleRecord.ts';

const plain = (text: string): string => text;
const PLAIN = { green: plain, red: plain, yellow: plain, bold: plain, dim: plain };

const toRequested = { from: 'buffers', to: 'requested' } as const;
const record = measuredRecord(
  [
    exampleReading(1096, { ledger: 'tensors' }),
    exampleReading(1000, { ledger: 'buffers' }),
    exampleReading(9999, { ledger: 'buffers', repeat: 2, step: 4 }),
    exampleReading(1260, { ledger: 'requested' }),
    exampleReading(-8, { quantity: 'activations', ledger: 'tensors' }),
    exampleReading(-8, { quantity: 'activations', ledger: 'buffers' }),
  ],
  {
    configId: '0123456789ab',
    reconciliation: [
      exampleDifference('views', -104),
      exampleDifference('not-uploaded', 0),
      exampleDifference('not-tracked', 8),
      exampleDifference('unexplained', 0),
      exampleDifference('unexplained', 0, { quantity: 'activations' }),
      exampleDifference('kernel-temporaries', 256, toRequested),
      exampleDifference('unexplained', 4, toRequested),
    ],
  },
);
const process = measuredRecord(
  [exampleReading(4096, { quantity: 'weights' }), exampleReading(2 ** 40, { quantity: 'weights', ledger: 'process' })],
  {
    configId: 'fedcba987654',
    reconciliation: [
      exampleDifference('runtime-baseline', 2 ** 40 - 8192, { quantity: 'weights', from: 'buffers', to: 'process' }),
      exampleDifference('javascript-heap', 4090, { quantity: 'weights', from: 'buffers', to: 'process' }),
      exampleDifference('unexplained', 6, { quantity: 'weights', from: 'buffers', to: 'process' }),
    ],
  },
);

describe('the table', () => {
  test('per configuration and quantity the ledgers one below the other, with what lies between them', () => {
    expect(reconciliationText([record, unmeasuredRecord('failed'), process], PLAIN)).toBe(`\
  quantity     ledger             bytes  to the next ledger

0123456789ab  cpu (Example CPU)
  activations  tensors               -8  0 unexplained
               buffers               -8
  step-peak    tensors             1096  -104 views  +8 not-tracked  0 unexplained
               buffers             1000  +256 kernel-temporaries  +4 unexplained
               requested           1260

fedcba987654  cpu (Example CPU)
  weights      buffers             4096  +1099511619584 runtime-baseline  +4090 javascript-heap
                                         +6 unexplained
               process    1099511627776
`);
  });

  test('who else was asked stands beside what the allocator says', () => {
    const common = { witness: 'memory-pool', quantity: 'step-peak' } as const;
    const witnessed = measuredRecord(
      [exampleReading(900, { ledger: 'requested' }), exampleReading(1000, { ledger: 'allocated' })],
      {
        configId: '0123456789ab',
        reconciliation: [exampleDifference('unexplained', 0, { from: 'requested', to: 'allocated' })],
        witnesses: [
          { ...common, repeat: 1, step: 3, bytes: 1536 },
          { ...common, repeat: 2, step: 4, bytes: 2048 },
        ],
      },
    );
    const reason = 'the memory pool cannot be read through libcuda.so.1: cuInit: CUDA_ERROR_NO_DEVICE (100)';
    const unasked = { ...witnessed, witnesses: [{ witness: 'memory-pool' as const, reason }] };
    expect(measurementRecordSchema.parse(witnessed)).toEqual(witnessed);
    expect(measurementRecordSchema.parse(unasked)).toEqual(unasked);
    expect(reconciliationText([witnessed, unasked], PLAIN)).toBe(`\
  quantity   ledger       bytes  to the next ledger

0123456789ab  cpu (Example CPU)
  step-peak  requested      900  0 unexplained
             allocated     1000
             memory-pool   1536  +536 beyond allocated

0123456789ab  cpu (Example CPU)
  step-peak  requested      900  0 unexplained
             allocated     1000
  ${reason}
`);
  });

  test('never wider than 100 columns, and nothing is lost', () => {
    const difference = fc.record({
      part: fc.constantFrom(...RECONCILIATION_PARTS),
      bytes: fc.maxSafeInteger(),
      quantity: fc.constantFrom(...QUANTITIES),
    });
    fc.assert(
      fc.property(fc.array(difference, { minLength: 1 }), (rows) => {
        const reconciliation = rows.map(({ part, bytes, quantity }) => exampleDifference(part, bytes, { quantity }));
        const readings = QUANTITIES.flatMap((quantity) =>
          LEDGERS.map((ledger) => exampleReading(Number.MIN_SAFE_INTEGER, { quantity, ledger })),
        );
        const text = reconciliationText([measuredRecord(readings, { reconciliation })], PLAIN);
        for (const line of text.split('\n')) {
          expect(line.length).toBeLessThanOrEqual(100);
          expect(line).toBe(line.trimEnd());
        }
        const shown = rows.filter(({ part, bytes }) => bytes !== 0 || part === 'unexplained');
        expect(text.match(/[+-]?\d+ [a-z]+(-[a-z]+)*(?=$| {2})/gm) ?? []).toHaveLength(shown.length);
      }),
    );
  });

  test('colours change nothing but colour; only what is unexplained is red', () => {
    const tag = (name: string) => (text: string) => `<${name}>${text}</${name}>`;
    const colours = { green: tag('g'), red: tag('r'), yellow: tag('y'), bold: tag('b'), dim: tag('d') };
    const coloured = reconciliationText([record, process], colours);
    expect(coloured.replaceAll(/<.*?>/g, '')).toBe(reconciliationText([record, process], PLAIN));
    expect(coloured.match(/<r>.*?<\/r>/g)).toEqual(['<r>+4 unexplained</r>', '<r>+6 unexplained</r>']);
    expect(coloured).toContain('<g>0 unexplained</g>');
  });

  test('nothing reconciled is said', () => {
    expect(reconciliationText([unmeasuredRecord('skipped'), measuredRecord()], PLAIN)).toBe(
      'Nothing was reconciled: that takes records of memproof in which two ledgers counted.\n',
    );
  });
});
