/** Every CSV file: what `run` and `report` write, `memproof list columns` lists, and a test holds docs/csv.md to. */
import { splitErrors } from '../accuracy/grounds/splitErrors.ts';
import type { Judgement } from '../accuracy/judge.ts';
import { judgeLaws } from '../accuracy/metamorphic/judgeLaws.ts';
import { ACCURACY_COLUMNS, accuracyCsv } from './accuracyCsv.ts';
import { AUDIT_COLUMNS } from './auditCsv.ts';
import { CANCELLATIONS_COLUMNS, cancellationsCsv } from './cancellationsCsv.ts';
import type { Column } from './column.ts';
import { COMPARISONS_COLUMNS, comparisonsCsv } from './comparisonsCsv.ts';
import { ESTIMATES_COLUMNS } from './estimatesCsv.ts';
import { GROUNDS_COLUMNS, groundsCsv } from './groundsCsv.ts';
import { LAWS_COLUMNS, lawsCsv } from './lawsCsv.ts';
import { LIMITS_COLUMNS } from './limitsCsv.ts';
import { MEASUREMENTS_COLUMNS, measurementsCsv } from './measurementsCsv.ts';
import { METAMORPHIC_COLUMNS, metamorphicCsv } from './metamorphicCsv.ts';
import { RECONCILIATION_COLUMNS, reconciliationCsv } from './reconciliationCsv.ts';
import { RESIDUALS_COLUMNS, residualsCsv } from './residualsCsv.ts';

interface CsvFile {
  readonly file: string;
  readonly columns: readonly Pick<Column<never>, 'name' | 'type' | 'meaning'>[];
}

/** One that `run` and `report` write. */
interface JudgementCsvFile extends CsvFile {
  text(judgement: Judgement): string;
}

export const JUDGEMENT_CSV_FILES: readonly JudgementCsvFile[] = [
  { file: 'measurements.csv', columns: MEASUREMENTS_COLUMNS, text: ({ records }) => measurementsCsv(records) },
  { file: 'comparisons.csv', columns: COMPARISONS_COLUMNS, text: ({ comparisons }) => comparisonsCsv(comparisons) },
  {
    file: 'accuracy.csv',
    columns: ACCURACY_COLUMNS,
    text: ({ accuracy, groupedAccuracy }) => accuracyCsv(accuracy, groupedAccuracy),
  },
  { file: 'reconciliation.csv', columns: RECONCILIATION_COLUMNS, text: ({ records }) => reconciliationCsv(records) },
  { file: 'laws.csv', columns: LAWS_COLUMNS, text: lawsCsv },
  {
    file: 'metamorphic.csv',
    columns: METAMORPHIC_COLUMNS,
    text: ({ records, estimators }) => metamorphicCsv(judgeLaws(records, estimators)),
  },
  { file: 'residuals.csv', columns: RESIDUALS_COLUMNS, text: residualsCsv },
  { file: 'cancellations.csv', columns: CANCELLATIONS_COLUMNS, text: cancellationsCsv },
  {
    file: 'grounds.csv',
    columns: GROUNDS_COLUMNS,
    text: ({ records, estimators }) => groundsCsv(splitErrors(records, estimators)),
  },
];

export const CSV_FILES: readonly CsvFile[] = [
  ...JUDGEMENT_CSV_FILES,
  { file: 'estimates.csv', columns: ESTIMATES_COLUMNS },
  { file: 'limits.csv', columns: LIMITS_COLUMNS },
  { file: 'article-audit.csv', columns: AUDIT_COLUMNS },
];
