/** Records → comparisons, accuracy and their files. Shared by `run` and `report`; needs no device. */
import { type ComparisonRow, compareRecords } from '../accuracy/compare.ts';
import { type AccuracyRow, scoreAccuracy } from '../accuracy/score.ts';
import { fail } from '../errors.ts';
import type { Estimator } from '../estimators/estimator.ts';
import { ESTIMATORS, findEstimator } from '../estimators/index.ts';
import type { MeasurementRecord } from '../records/measurement.ts';
import { accuracyCsv } from '../report/accuracyCsv.ts';
import { comparisonsCsv } from '../report/comparisonsCsv.ts';
import { measurementsCsv } from '../report/measurementsCsv.ts';
import { reconciliationCsv } from '../report/reconciliationCsv.ts';
import { writeWhole } from './files.ts';

export interface Judgement {
  readonly comparisons: readonly ComparisonRow[];
  readonly accuracy: readonly AccuracyRow[];
}

/** All estimators, or those named. */
export function chooseEstimators(ids: readonly string[] | undefined): readonly Estimator[] {
  if (ids === undefined) return ESTIMATORS;
  return ids.map((id) => {
    const estimator = findEstimator(id);
    if (estimator !== undefined) return estimator;
    throw fail('E_UNKNOWN_NAME', {
      kind: 'estimator',
      name: id,
      known: ESTIMATORS.map((known) => known.id).join(', '),
    });
  });
}

export function judge(records: readonly MeasurementRecord[], estimators: readonly Estimator[]): Judgement {
  const comparisons = compareRecords(records, estimators);
  return { comparisons, accuracy: scoreAccuracy(comparisons) };
}

/** Was any prediction compared with any measurement? */
export const comparedAnything = ({ accuracy }: Judgement): boolean => accuracy.length > 0;

export function writeCsvFiles(folder: string, records: readonly MeasurementRecord[], judgement: Judgement): string[] {
  return [
    writeWhole(folder, 'measurements.csv', measurementsCsv(records)),
    writeWhole(folder, 'comparisons.csv', comparisonsCsv(judgement.comparisons)),
    writeWhole(folder, 'accuracy.csv', accuracyCsv(judgement.accuracy)),
    writeWhole(folder, 'reconciliation.csv', reconciliationCsv(records)),
  ];
}
