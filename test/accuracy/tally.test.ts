import { expect, test } from 'vitest';
import { compareRecords } from '../../src/accuracy/compare.ts';
import { Tally } from '../../src/accuracy/tally.ts';
import { exampleReading, measuredRecord } from '../records/exampleRecord.ts';
import { comparedRow, exampleEstimator } from './exampleEstimator.ts';

test('members by estimator, quantity, ledger, origin and match; only of owners that count', () => {
  const tally = new Tally();
  tally.add(comparedRow(1, 2), 0);
  tally.add(comparedRow(3, 4), 1);
  for (const [owner, more] of [
    { estimator: 'another' },
    { quantity: 'weights' as const },
    { ledger: 'requested' as const },
    { origin: 'elsewhere' },
    { match: 'away' as const },
  ].entries())
    tally.add(comparedRow(5, 6, more), owner + 2);
  expect(tally.groups().map(({ sample }) => sample.predictedBytes)).toEqual([[1, 3], [5], [5], [5], [5], [5]]);
  expect(tally.groups((owner) => owner === 1)).toEqual([
    {
      group: {
        estimator: 'example',
        quantity: 'step-peak',
        ledger: 'buffers',
        origin: 'memproof: tensorflow 2.18.0 on cpu',
        match: 'matched',
      },
      sample: {
        configIds: ['000000000000'],
        predictedBytes: [3],
        measuredBytes: [4],
        noiseBytes: [null],
        resolutionBytes: [0],
      },
    },
  ]);
});

test('components and what is not applicable are no members', () => {
  const tally = new Tally();
  for (const row of compareRecords([measuredRecord([exampleReading(1000)])], [exampleEstimator()])) tally.add(row);
  expect(tally.groups().map(({ sample }) => sample.measuredBytes)).toEqual([[1000]]);
});
