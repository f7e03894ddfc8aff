/** Every CSV file and its columns, for `memproof list columns` and for the test that holds docs/csv.md to it. */
import { ACCURACY_COLUMNS } from './accuracyCsv.ts';
import { AUDIT_COLUMNS } from './auditCsv.ts';
import type { Column } from './column.ts';
import { COMPARISONS_COLUMNS } from './comparisonsCsv.ts';
import { ESTIMATES_COLUMNS } from './estimatesCsv.ts';
import { MEASUREMENTS_COLUMNS } from './measurementsCsv.ts';
import { RECONCILIATION_COLUMNS } from './reconciliationCsv.ts';

type ColumnText = Pick<Column<never>, 'name' | 'meaning'>;

export const CSV_FILES: readonly { readonly file: string; readonly columns: readonly ColumnText[] }[] = [
  { file: 'measurements.csv', columns: MEASUREMENTS_COLUMNS },
  { file: 'comparisons.csv', columns: COMPARISONS_COLUMNS },
  { file: 'accuracy.csv', columns: ACCURACY_COLUMNS },
  { file: 'reconciliation.csv', columns: RECONCILIATION_COLUMNS },
  { file: 'estimates.csv', columns: ESTIMATES_COLUMNS },
  { file: 'article-audit.csv', columns: AUDIT_COLUMNS },
];
