import { expect, test } from 'vitest';
import { externalInconsistency, externalRecordSchema } from '../../src/records/external.ts';
import { latestRecords } from '../../src/records/latest.ts';
import { externalRecord } from './exampleExternal.ts';
import { exampleConfig, measuredRecord } from './exampleRecord.ts';

test('the example is a valid record', () => {
  expect(externalRecordSchema.parse(externalRecord())).toEqual(externalRecord());
  expect(externalInconsistency(externalRecord())).toBeNull();
});

test.each([
  [{ configId: '000000000000' }, 'is not that of its configuration'],
  [{ configuration: exampleConfig() }, 'runtime.backend'],
  [{ readings: [{ quantity: 'steady', ledger: 'buffers', bytes: -1 }] }, 'steady in buffers is negative'],
  [
    {
      readings: [
        {
          quantity: 'steady',
          ledger: 'buffers',
          bytes: 3,
          components: [{ component: 'weights', layer: null, bytes: 2 }],
        },
      ],
    },
    'do not add up',
  ],
] as const)('what was changed by hand is found: %j', (more, words) => {
  expect(externalInconsistency(externalRecord(more as Partial<ReturnType<typeof externalRecord>>))).toContain(words);
});

test('the later of two records of the same thing counts; what differs in anything that is said is another thing', () => {
  const first = externalRecord({ conditions: { mask: 'add', held: 'no' } });
  const renewed = externalRecord({
    conditions: { held: 'no', mask: 'add' },
    readings: [{ quantity: 'step-peak', ledger: 'buffers', bytes: 7 }],
  });
  const others = [
    measuredRecord(),
    externalRecord({ conditions: { mask: 'fill', held: 'no' } }),
    externalRecord({ framework: { name: 'PyTorch', version: '2.16.0' } }),
    externalRecord({ device: { label: 'A100', evidence: 'measured' } }),
    externalRecord({ provenance: { citation: 'somebody else', file: 'my.csv', line: 2 } }),
    externalRecord({ readings: [{ quantity: 'steady', ledger: 'buffers', bytes: 1 }] }),
  ];
  expect(latestRecords([[first, ...others], [renewed]])).toEqual([renewed, ...others]);
});
