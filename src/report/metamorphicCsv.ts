/** metamorphic.csv: every law, put to every formula at every base whose related configurations were measured. */
import type { MetamorphicRow } from '../accuracy/metamorphic/judgeLaws.ts';
import { type Column, csvText } from './column.ts';

export const METAMORPHIC_COLUMNS: readonly Column<MetamorphicRow>[] = [
  { name: 'law', meaning: 'id of the law', cell: (row) => row.law },
  { name: 'configId', meaning: 'identity of the base: 12 hex digits', cell: (row) => row.configId },
  {
    name: 'origin',
    meaning: 'who executed the steps: backend and kind of device, as `tensorflow on cpu`',
    cell: (row) => row.origin,
  },
  { name: 'quantity', meaning: 'at which point of the step', cell: (row) => row.quantity },
  { name: 'ledger', meaning: 'who counted; empty where nothing was measured', cell: (row) => row.ledger },
  { name: 'estimator', meaning: 'id of the formula set', cell: (row) => row.estimator },
  { name: 'verdict', meaning: '`pass`, `fail` or `not-applicable`', cell: (row) => row.verdict },
  {
    name: 'tested',
    meaning: 'the combination of bytes that the law is about; each term names its configuration',
    cell: (row) => row.tested,
  },
  { name: 'least_bytes', meaning: 'the least that the law allows it to be', cell: (row) => row.leastBytes },
  { name: 'most_bytes', meaning: 'the most; empty where there is no limit', cell: (row) => row.mostBytes },
  {
    name: 'predicted_change_bytes',
    meaning: 'what it is by the formula; empty where that says nothing',
    cell: (row) => row.predictedBytes,
  },
  { name: 'measured_change_bytes', meaning: 'what it is in truth', cell: (row) => row.measuredBytes },
  {
    name: 'match',
    meaning: 'the worst of the compared configurations: `matched`, `nearest` or `away`',
    cell: (row) => row.match,
  },
  {
    name: 'violated_assumptions',
    meaning: 'ids of the assumptions that do not hold in one of them, joined by `;`',
    cell: (row) => row.violatedAssumptions.join(';'),
  },
  { name: 'reason', meaning: 'why nothing is judged; empty where something is', cell: (row) => row.reason },
];

export const metamorphicCsv = (rows: readonly MetamorphicRow[]): string => csvText(METAMORPHIC_COLUMNS, rows);
