/** residuals.csv: predicted − measured by component and layer. */
import type { Judgement } from '../accuracy/judge.ts';
import { type ResidualRow, residualRows } from '../accuracy/residuals/index.ts';
import { type Column, csvText } from './column.ts';

export const RESIDUALS_COLUMNS: readonly Column<ResidualRow>[] = [
  {
    name: 'configId',
    type: 'text',
    meaning: 'identity of the configuration: 12 hex digits',
    cell: ({ compared }) => compared.configId,
  },
  { name: 'quantity', type: 'text', meaning: 'at which point of the step', cell: ({ compared }) => compared.quantity },
  { name: 'ledger', type: 'text', meaning: 'who counted', cell: ({ compared }) => compared.ledger },
  { name: 'estimator', type: 'text', meaning: 'id of the formula set', cell: ({ compared }) => compared.estimator },
  { name: 'component', type: 'text', meaning: 'part of the model or the step', cell: ({ place }) => place.component },
  {
    name: 'layer',
    type: 'integer',
    meaning: 'number of the layer, from 0; empty unless `scope` is `layer`',
    cell: ({ place }) => place.layer,
  },
  {
    name: 'scope',
    type: 'text',
    meaning: '`layer`, `layers` (all together), `outside` the layers, or `whole`: undivided',
    cell: ({ place }) => place.scope,
  },
  {
    name: 'predicted_bytes',
    type: 'integer',
    meaning: 'what the formula says',
    cell: ({ place }) => place.predictedBytes,
  },
  {
    name: 'measured_bytes',
    type: 'integer',
    meaning: 'what the first measured step after the warm-up steps used; empty for `unitemised`',
    cell: ({ place }) => place.measuredBytes,
  },
  {
    name: 'residual_bytes',
    type: 'integer',
    meaning: 'predicted − measured: negative where the formula promises too little',
    cell: ({ residualBytes }) => residualBytes,
  },
  {
    name: 'residual_ratio',
    type: 'number',
    meaning: 'residual ÷ measured of this row (0.03 is 3 %); empty where that is 0 or empty',
    cell: ({ residualRatio }) => residualRatio,
  },
  {
    name: 'share_of_total',
    type: 'number',
    meaning: 'residual ÷ measured total of the quantity; empty where that is 0',
    cell: ({ shareOfTotal }) => shareOfTotal,
  },
  {
    name: 'match',
    type: 'text',
    meaning: '`matched`: all assumptions of the formula hold; `nearest`: all that can be built; `away`: neither',
    cell: ({ compared }) => compared.match,
  },
  {
    name: 'whole_because',
    type: 'text',
    meaning: 'why `scope` is `whole`; empty elsewhere',
    cell: ({ place }) => place.wholeBecause,
  },
];

export const residualsCsv = (judgement: Judgement): string => csvText(RESIDUALS_COLUMNS, residualRows(judgement));
