/** Tiny formula sets by hand, and comparison rows without records. */
import type { ComparisonRow } from '../../src/accuracy/compare.ts';
import { type Estimator, itemised, unsupported } from '../../src/estimators/estimator.ts';
import { bytes } from '../../src/units/bytes.ts';
import { exampleConfig } from '../records/exampleRecord.ts';

/** Says 1100 of `step-peak` in two parts, nothing about `steady`; assumes batch 1 (buildable) and sharding (not). */
export const exampleEstimator = (more: Partial<Estimator> = {}): Estimator => ({
  id: 'example',
  title: 'An example',
  source: { citation: 'by hand', version: '1' },
  predicts: [
    { quantity: 'step-peak', ledgers: ['buffers', 'requested'] },
    { quantity: 'steady', ledgers: ['buffers'] },
    { quantity: 'inference-peak', ledgers: ['tensors'] },
  ],
  assumptions: [
    { id: 'batch-1', statement: 'one sequence', holds: ({ batch }) => batch.size === 1 },
    { id: 'sgd', statement: 'plain SGD', holds: ({ step }) => step.optimizer === 'sgd' },
  ],
  matched: (config) => ({ config, unmet: ['sgd'] }),
  predict: () => ({
    'step-peak': itemised({ attention: 100, unitemised: 1000 }),
    steady: unsupported('only peaks'),
    'inference-peak': itemised({ weights: 5 }),
  }),
  ...more,
});

const configuration = exampleConfig();

/** A compared total. */
export function comparedRow(
  predicted: number,
  measured: number,
  more: Partial<
    Pick<
      ComparisonRow,
      'configId' | 'configuration' | 'noiseBytes' | 'origin' | 'estimator' | 'match' | 'quantity' | 'ledger'
    >
  > = {},
): ComparisonRow {
  return {
    configId: '000000000000',
    configuration,
    origin: 'memproof: tensorflow 2.18.0 on cpu',
    quantity: 'step-peak',
    ledger: 'buffers',
    component: 'total',
    estimator: 'example',
    predictedBytes: bytes(predicted),
    measuredBytes: bytes(measured),
    resolutionBytes: null,
    errorBytes: bytes(predicted - measured),
    errorRatio: measured === 0 ? null : (predicted - measured) / measured,
    noiseBytes: null,
    match: 'matched',
    violatedAssumptions: [],
    verdict: predicted === measured ? 'exact' : predicted > measured ? 'over' : 'under',
    reason: null,
    conditions: {},
    ...more,
  };
}
