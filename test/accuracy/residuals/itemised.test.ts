import { expect, test } from 'vitest';
import { compareRecords } from '../../../src/accuracy/compare.ts';
import { itemisedComparisons } from '../../../src/accuracy/residuals/itemised.ts';
import { exampleReading, measuredRecord } from '../../records/exampleRecord.ts';
import { exampleEstimator } from '../exampleEstimator.ts';
import { componentsOf } from './itemisedExample.ts';

test('totals with parts only, each with what is not itemised', () => {
  const record = measuredRecord([
    exampleReading(120, { components: componentsOf({ attention: 80, loss: 40 }) }),
    exampleReading(120, { ledger: 'requested' }),
  ]);
  const found = itemisedComparisons(compareRecords([record], [exampleEstimator()]));
  expect(found).toHaveLength(1);
  expect(found[0]).toMatchObject({
    total: { ledger: 'buffers', errorBytes: 980 },
    parts: [
      { component: 'attention', errorBytes: 20 },
      { component: 'loss', errorBytes: -40 },
    ],
    unitemisedBytes: 1000,
  });
});
