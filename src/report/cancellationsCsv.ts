/** cancellations.csv: two components whose errors undo each other, so that the total looks better than they are. */
import type { Judgement } from '../accuracy/judge.ts';
import { type CancellationRow, cancellations } from '../accuracy/residuals/cancellations.ts';
import { itemisedComparisons } from '../accuracy/residuals/itemised.ts';
import { type Column, csvText } from './column.ts';

export const CANCELLATIONS_COLUMNS: readonly Column<CancellationRow>[] = [
  { name: 'estimator', type: 'text', meaning: 'id of the formula set', cell: (row) => row.estimator },
  { name: 'quantity', type: 'text', meaning: 'at which point of the step', cell: (row) => row.quantity },
  { name: 'ledger', type: 'text', meaning: 'who counted', cell: (row) => row.ledger },
  { name: 'origin', type: 'text', meaning: 'who executed the steps', cell: (row) => row.origin },
  { name: 'match', type: 'text', meaning: '`matched`, `nearest` or `away`', cell: (row) => row.match },
  { name: 'component_over', type: 'text', meaning: 'the one that is predicted too large', cell: (row) => row.over },
  { name: 'component_under', type: 'text', meaning: 'the one that is predicted too small', cell: (row) => row.under },
  { name: 'configurations', type: 'integer', meaning: 'in how many the two cancel', cell: (row) => row.count },
  { name: 'of', type: 'integer', meaning: 'of how many that were compared part by part', cell: (row) => row.of },
  {
    name: 'worst_configId',
    type: 'text',
    meaning: 'the configuration where the most is hidden; what follows is of it',
    cell: ({ worst }) => worst.total.configId,
  },
  {
    name: 'worst_hidden_ratio',
    type: 'number',
    meaning: 'the smaller of the two errors ÷ measured total',
    cell: ({ worst }) => worst.share,
  },
  {
    name: 'worst_total_error_ratio',
    type: 'number',
    meaning: 'error of the total ÷ measured total',
    cell: ({ worst }) => worst.total.errorRatio,
  },
  {
    name: 'worst_over_bytes',
    type: 'integer',
    meaning: 'predicted − measured of `component_over`',
    cell: ({ worst }) => worst.over.errorBytes,
  },
  {
    name: 'worst_over_ratio',
    type: 'number',
    meaning: 'that ÷ measured of the component; empty where 0 was measured',
    cell: ({ worst }) => worst.over.errorRatio,
  },
  {
    name: 'worst_under_bytes',
    type: 'integer',
    meaning: 'predicted − measured of `component_under`',
    cell: ({ worst }) => worst.under.errorBytes,
  },
  {
    name: 'worst_under_ratio',
    type: 'number',
    meaning: 'that ÷ measured of the component; −1 where the formula counts none of it',
    cell: ({ worst }) => worst.under.errorRatio,
  },
];

export const cancellationsCsv = ({ comparisons }: Judgement): string =>
  csvText(CANCELLATIONS_COLUMNS, cancellations(itemisedComparisons(comparisons)));
