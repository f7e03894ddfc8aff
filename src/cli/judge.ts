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
import { isFormulaFile, loadFormula } from './formulaFile.ts';

export interface Judgement {
  readonly comparisons: readonly ComparisonRow[];
  readonly accuracy: readonly AccuracyRow[];
}

/** For all sets of memproof's own, beside which a formula from a file can be given. */
const ALL = 'all';

/** All estimators, or those named: by id, as the file of a formula, or `all`. Each once. */
export async function chooseEstimators(names: readonly string[] | undefined): Promise<readonly Estimator[]> {
  if (names === undefined) return ESTIMATORS;
  const chosen = new Map<string, Estimator>();
  for (const name of new Set(names)) {
    for (const estimator of await estimatorsNamed(name)) {
      const other = chosen.get(estimator.id) ?? findEstimator(estimator.id);
      if (other !== undefined && other !== estimator)
        throw fail('E_ESTIMATOR', { file: name, detail: `  - id: "${estimator.id}" is another formula set already` });
      chosen.set(estimator.id, estimator);
    }
  }
  return [...chosen.values()];
}

async function estimatorsNamed(name: string): Promise<readonly Estimator[]> {
  if (name === ALL) return ESTIMATORS;
  const estimator = findEstimator(name);
  if (estimator !== undefined) return [estimator];
  if (isFormulaFile(name)) return [await loadFormula(name)];
  const known = [...ESTIMATORS.map(({ id }) => id), ALL, 'or a file, as ./formula.mjs'].join(', ');
  throw fail('E_UNKNOWN_NAME', { kind: 'estimator', name, known });
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
