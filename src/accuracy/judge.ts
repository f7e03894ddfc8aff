/** The whole judgement of records: pure, so that the same records give the same bytes on every machine. */
import type { Estimator } from '../estimators/estimator.ts';
import type { MeasurementRecord } from '../records/measurement.ts';
import { type GroupedAccuracyRow, scoreByKeys } from './byKey.ts';
import { type ComparisonRow, compareRecords } from './compare.ts';
import { type AccuracyRow, scoreAccuracy } from './score.ts';

/** What every report is made of. */
export interface Judgement {
  readonly records: readonly MeasurementRecord[];
  readonly estimators: readonly Estimator[];
  readonly comparisons: readonly ComparisonRow[];
  readonly accuracy: readonly AccuracyRow[];
  /** Keys whose values are looked at one by one: dotted paths. */
  readonly by: readonly string[];
  readonly groupedAccuracy: readonly GroupedAccuracyRow[];
}

export function judge(
  records: readonly MeasurementRecord[],
  estimators: readonly Estimator[],
  by: readonly string[] = [],
): Judgement {
  const comparisons = compareRecords(records, estimators);
  const accuracy = scoreAccuracy(comparisons);
  return { records, estimators, comparisons, accuracy, by, groupedAccuracy: scoreByKeys(comparisons, by) };
}

/** Was any prediction compared with any measurement? */
export const comparedAnything = ({ accuracy }: Judgement): boolean => accuracy.length > 0;
