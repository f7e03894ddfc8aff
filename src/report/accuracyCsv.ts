/** accuracy.csv: how far each formula is from the truth, one row per estimator, quantity, ledger, origin and match. */
import type { GroupedAccuracyRow } from '../accuracy/byKey.ts';
import type { AccuracyRow } from '../accuracy/score.ts';
import { type Column, csvText } from './column.ts';

/** Of all configurations, or of those with one value of a key. */
type Row = AccuracyRow | GroupedAccuracyRow;

export const ACCURACY_COLUMNS: readonly Column<Row>[] = [
  { name: 'estimator', type: 'text', meaning: 'id of the formula set', cell: (row) => row.estimator },
  { name: 'quantity', type: 'text', meaning: 'at which point of the step', cell: (row) => row.quantity },
  { name: 'ledger', type: 'text', meaning: 'who counted', cell: (row) => row.ledger },
  {
    name: 'origin',
    type: 'text',
    meaning: 'who executed the steps: `memproof: tensorflow 2.18.1 on cpu`, or framework and device of others',
    cell: (row) => row.origin,
  },
  { name: 'match', type: 'text', meaning: '`matched`, `nearest` or `away`', cell: (row) => row.match },
  {
    name: 'group_key',
    type: 'text',
    meaning: 'key of the configuration, of `--by`; empty in a row over all configurations',
    cell: (row) => ('groupKey' in row ? row.groupKey : null),
  },
  {
    name: 'group_value',
    type: 'text',
    meaning: 'the value of that key in all configurations of the row',
    cell: (row) => ('groupKey' in row ? row.groupValue : null),
  },
  { name: 'count', type: 'integer', meaning: 'compared totals', cell: (row) => row.count },
  { name: 'exact_count', type: 'integer', meaning: 'of these, predicted to the byte', cell: (row) => row.exactCount },
  { name: 'under_count', type: 'integer', meaning: 'of these, predicted too small', cell: (row) => row.underCount },
  { name: 'under_share', type: 'number', meaning: '`under_count` ÷ `count`', cell: (row) => row.underShare },
  {
    name: 'without_ratio_count',
    type: 'integer',
    meaning: 'of these, 0 measured and something else predicted: in the counts, not in the ratios',
    cell: (row) => row.withoutRatioCount,
  },
  {
    name: 'median_error_ratio',
    type: 'number',
    meaning: 'median of the signed error ratios; the mean of the middle two for an even count',
    cell: (row) => row.medianErrorRatio,
  },
  {
    name: 'median_absolute_error_ratio',
    type: 'number',
    meaning: 'median of the error ratios without their sign',
    cell: (row) => row.medianAbsoluteErrorRatio,
  },
  {
    name: 'p90_absolute_error_ratio',
    type: 'number',
    meaning: '90th percentile of the error ratios without their sign, linear between neighbours',
    cell: (row) => row.p90AbsoluteErrorRatio,
  },
  {
    name: 'worst_error_ratio',
    type: 'number',
    meaning: 'the error ratio furthest from 0, with its sign',
    cell: (row) => row.worstErrorRatio,
  },
  {
    name: 'worst_configId',
    type: 'text',
    meaning: 'configuration of the worst error ratio',
    cell: (row) => row.worstConfigId,
  },
  { name: 'min_error_ratio', type: 'number', meaning: 'smallest signed error ratio', cell: (row) => row.minErrorRatio },
  { name: 'max_error_ratio', type: 'number', meaning: 'largest signed error ratio', cell: (row) => row.maxErrorRatio },
  {
    name: 'noise_ratio',
    type: 'number',
    meaning: 'largest noise ÷ measured; empty where every step was measured once only',
    cell: (row) => row.noiseRatio,
  },
  {
    name: 'rank_correlation',
    type: 'number',
    meaning:
      "Spearman's, of predicted against measured bytes; empty below 3 configurations or where one side is constant",
    cell: (row) => row.rankCorrelation,
  },
];

/** The rows of single values follow those over all configurations. */
export const accuracyCsv = (rows: readonly AccuracyRow[], grouped: readonly GroupedAccuracyRow[] = []): string =>
  csvText(ACCURACY_COLUMNS, [...rows, ...grouped]);
