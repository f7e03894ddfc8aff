/** Comparisons part by part, by hand. */
import { compareRecords } from '../../../src/accuracy/compare.ts';
import { type ItemisedComparison, itemisedComparisons } from '../../../src/accuracy/residuals/itemised.ts';
import { type Estimator, itemised, type PartName } from '../../../src/estimators/estimator.ts';
import type { ComponentBytes, Reading } from '../../../src/records/measurement.ts';
import { exampleReading, measuredRecord } from '../../records/exampleRecord.ts';
import { exampleEstimator } from '../exampleEstimator.ts';

type Sizes<Name extends string> = Readonly<Partial<Record<Name, number>>>;

const ofPeak = (predicted: Sizes<PartName>, more: Partial<Estimator>): Estimator =>
  exampleEstimator({
    predicts: [{ quantity: 'step-peak', ledgers: ['buffers', 'requested'] }],
    predict: () => ({ 'step-peak': itemised(predicted) }),
    ...more,
  });

export const componentsOf = (measured: Sizes<ComponentBytes['component']>): ComponentBytes[] =>
  Object.entries(measured).map(([component, bytes]) => {
    return { component: component as ComponentBytes['component'], layer: null, bytes };
  });

/** One formula beside one reading. The configuration is `nearest` to the ground unless `more` says otherwise. */
export function compared(
  predicted: Sizes<PartName>,
  measured: Sizes<ComponentBytes['component']>,
  {
    configId = '000000000000',
    ledger = 'buffers' as Reading['ledger'],
    ...more
  }: Partial<Estimator> & {
    readonly configId?: string;
    readonly ledger?: Reading['ledger'];
  } = {},
): ItemisedComparison[] {
  const components = componentsOf(measured);
  const total = components.reduce((sum, { bytes }) => sum + bytes, 0);
  const record = measuredRecord([exampleReading(total, { ledger, components })], { configId });
  return itemisedComparisons(compareRecords([record], [ofPeak(predicted, more)]));
}
