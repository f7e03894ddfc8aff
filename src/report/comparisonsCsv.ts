/** comparisons.csv: every prediction beside its measurement. */
import type { ComparisonRow } from '../accuracy/compare.ts';
import { type Column, conditionsText, configurationColumns, csvText } from './column.ts';

export const COMPARISONS_COLUMNS: readonly Column<ComparisonRow>[] = [
  { name: 'configId', meaning: 'identity of the configuration: 12 hex digits', cell: (row) => row.configId },
  ...configurationColumns<ComparisonRow>((row) => row.configuration),
  {
    name: 'origin',
    meaning: 'who executed the step: `memproof: tensorflow 2.18.1 on cpu`, or framework and device of others',
    cell: (row) => row.origin,
  },
  { name: 'quantity', meaning: 'at which point of the step', cell: (row) => row.quantity },
  { name: 'ledger', meaning: 'who counted', cell: (row) => row.ledger },
  {
    name: 'component',
    meaning: 'part of the model or the step; `total` for the sum',
    cell: (row) => row.component,
  },
  { name: 'estimator', meaning: 'id of the formula set', cell: (row) => row.estimator },
  { name: 'predicted_bytes', meaning: 'what the formula says', cell: (row) => row.predictedBytes },
  {
    name: 'measured_bytes',
    meaning: 'what the first measured step after the warm-up steps used',
    cell: (row) => row.measuredBytes,
  },
  {
    name: 'resolution_bytes',
    meaning:
      'how far from that the truth may be, where a source printed rounded numbers; empty where every byte is known',
    cell: (row) => row.resolutionBytes,
  },
  {
    name: 'error_bytes',
    meaning: 'predicted − measured: negative where the formula promises too little',
    cell: (row) => row.errorBytes,
  },
  {
    name: 'error_ratio',
    meaning: 'error ÷ measured (0.03 is 3 %); empty where measured is 0',
    cell: (row) => row.errorRatio,
  },
  {
    name: 'noise_bytes',
    meaning: 'largest − smallest reading over the measured steps; empty where there is one only, and for components',
    cell: (row) => row.noiseBytes,
  },
  {
    name: 'match',
    meaning: '`matched`: all assumptions of the formula hold; `nearest`: all that can be built; `away`: neither',
    cell: (row) => row.match,
  },
  {
    name: 'violated_assumptions',
    meaning: 'ids of the assumptions that do not hold, joined by `;`',
    cell: (row) => row.violatedAssumptions.join(';'),
  },
  {
    name: 'verdict',
    meaning: '`exact`, `within-resolution`, `over`, `under` or `not-applicable`',
    cell: (row) => row.verdict,
  },
  {
    name: 'conditions',
    meaning:
      'of an external record: `name=value` of what no configuration key can express and of its deployment, joined by `;`',
    cell: (row) => conditionsText(row.conditions),
  },
];

export const comparisonsCsv = (rows: readonly ComparisonRow[]): string => csvText(COMPARISONS_COLUMNS, rows);
