/** metamorphic.csv: every law, put to every formula at every base whose related configurations were measured. */
import type { MetamorphicRow } from '../accuracy/metamorphic/judgeLaws.ts';
import { type Column, csvText } from './column.ts';

export const METAMORPHIC_COLUMNS: readonly Column<MetamorphicRow>[] = [
  { name: 'law', type: 'text', meaning: 'id of the law', cell: (row) => row.law },
  { name: 'configId', type: 'text', meaning: 'identity of the base: 12 hex digits', cell: (row) => row.configId },
  {
    name: 'origin',
    type: 'text',
    meaning: 'who executed the steps: backend and kind of device, as `tensorflow on cpu`',
    cell: (row) => row.origin,
  },
  { name: 'quantity', type: 'text', meaning: 'at which point of the step', cell: (row) => row.quantity },
  { name: 'ledger', type: 'text', meaning: 'who counted; empty where nothing was measured', cell: (row) => row.ledger },
  { name: 'estimator', type: 'text', meaning: 'id of the formula set', cell: (row) => row.estimator },
  { name: 'verdict', type: 'text', meaning: '`pass`, `fail` or `not-applicable`', cell: (row) => row.verdict },
  {
    name: 'tested',
    type: 'text',
    meaning: 'the combination of bytes that the law is about; each term names its configuration',
    cell: (row) => row.tested,
  },
  {
    name: 'least_bytes',
    type: 'integer',
    meaning: 'the least that the law allows it to be',
    cell: (row) => row.leastBytes,
  },
  {
    name: 'most_bytes',
    type: 'integer',
    meaning: 'the most; empty where there is no limit',
    cell: (row) => row.mostBytes,
  },
  {
    name: 'predicted_change_bytes',
    type: 'integer',
    meaning: 'what it is by the formula; empty where that says nothing',
    cell: (row) => row.predictedBytes,
  },
  { name: 'measured_change_bytes', type: 'integer', meaning: 'what it is in truth', cell: (row) => row.measuredBytes },
  {
    name: 'match',
    type: 'text',
    meaning: 'the worst of the compared configurations: `matched`, `nearest` or `away`',
    cell: (row) => row.match,
  },
  {
    name: 'violated_assumptions',
    type: 'text',
    meaning: 'ids of the assumptions that do not hold in one of them, joined by `;`',
    cell: (row) => row.violatedAssumptions.join(';'),
  },
  {
    name: 'reason',
    type: 'text',
    meaning: 'why nothing is judged; empty where something is',
    cell: (row) => row.reason,
  },
];

export const metamorphicCsv = (rows: readonly MetamorphicRow[]): string => csvText(METAMORPHIC_COLUMNS, rows);
