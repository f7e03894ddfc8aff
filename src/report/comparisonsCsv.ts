/** comparisons.csv: every prediction beside its measurement. */
import type { ComparisonRow } from '../accuracy/compare.ts';
import { type Column, conditionsText, configurationColumns, csvText } from './column.ts';

export const COMPARISONS_COLUMNS: readonly Column<ComparisonRow>[] = [
  {
    name: 'configId',
    type: 'text',
    meaning: 'identity of the configuration: 12 hex digits',
    cell: (row) => row.configId,
  },
  ...configurationColumns<ComparisonRow>((row) => row.configuration),
  {
    name: 'origin',
    type: 'text',
    meaning: 'who executed the step: `memproof: tensorflow 2.18.1 on cpu`, or framework and device of others',
    cell: (row) => row.origin,
  },
  { name: 'quantity', type: 'text', meaning: 'at which point of the step', cell: (row) => row.quantity },
  { name: 'ledger', type: 'text', meaning: 'who counted', cell: (row) => row.ledger },
  {
    name: 'component',
    type: 'text',
    meaning: 'part of the model or the step; `total` for the sum',
    cell: (row) => row.component,
  },
  { name: 'estimator', type: 'text', meaning: 'id of the formula set', cell: (row) => row.estimator },
  { name: 'predicted_bytes', type: 'integer', meaning: 'what the formula says', cell: (row) => row.predictedBytes },
  {
    name: 'measured_bytes',
    type: 'integer',
    meaning: 'what the first measured step after the warm-up steps used',
    cell: (row) => row.measuredBytes,
  },
  {
    name: 'resolution_bytes',
    type: 'integer',
    meaning:
      'how far from that the truth may be, where a source printed rounded numbers; empty where every byte is known',
    cell: (row) => row.resolutionBytes,
  },
  {
    name: 'error_bytes',
    type: 'integer',
    meaning: 'predicted − measured: negative where the formula promises too little',
    cell: (row) => row.errorBytes,
  },
  {
    name: 'error_ratio',
    type: 'number',
    meaning: 'error ÷ measured (0.03 is 3 %); empty where measured is 0',
    cell: (row) => row.errorRatio,
  },
  {
    name: 'noise_bytes',
    type: 'integer',
    meaning: 'largest − smallest reading over the measured steps; empty where there is one only, and for components',
    cell: (row) => row.noiseBytes,
  },
  {
    name: 'match',
    type: 'text',
    meaning: '`matched`: all assumptions of the formula hold; `nearest`: all that can be built; `away`: neither',
    cell: (row) => row.match,
  },
  {
    name: 'violated_assumptions',
    type: 'text',
    meaning: 'ids of the assumptions that do not hold, joined by `;`',
    cell: (row) => row.violatedAssumptions.join(';'),
  },
  {
    name: 'verdict',
    type: 'text',
    meaning:
      '`exact`, `within-resolution`, `over`, `under` or `not-applicable`; `address-order`: exact but for the order in which the system placed the allocator’s regions (docs/allocator.md)',
    cell: (row) => row.verdict,
  },
  {
    name: 'conditions',
    type: 'text',
    meaning:
      'of an external record: `name=value` of what no configuration key can express and of its deployment, joined by `;`',
    cell: (row) => conditionsText(row.conditions),
  },
];

export const comparisonsCsv = (rows: readonly ComparisonRow[]): string => csvText(COMPARISONS_COLUMNS, rows);
