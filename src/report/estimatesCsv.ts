/** estimates.csv (`estimate --csv`): every prediction for one or several configurations, nothing measured. */
import { configId } from '../config/configId.ts';
import { DEPLOYMENT_KEYS, deploymentSchema } from '../estimators/deployment.ts';
import type { Estimate, Estimates, EstimatorSummary } from '../estimators/estimates.ts';
import { type Column, columnOf, configurationColumns, csvText, typeOf } from './column.ts';

interface Row {
  readonly answer: Estimates;
  readonly estimate: Estimate;
  readonly summary: EstimatorSummary | undefined;
}

export const ESTIMATES_COLUMNS: readonly Column<Row>[] = [
  {
    name: 'configId',
    type: 'text',
    meaning: 'identity of the configuration: 12 hex digits',
    cell: ({ answer }) => configId(answer.configuration),
  },
  ...configurationColumns<Row>(({ answer }) => answer.configuration),
  ...DEPLOYMENT_KEYS.map((key) =>
    columnOf<Row>({
      name: `deployment.${key}`,
      type: typeOf(deploymentSchema.shape[key]),
      meaning: 'key of `--deploy`',
      cell: ({ answer }) => answer.deployment[key],
    }),
  ),
  { name: 'estimator', type: 'text', meaning: 'id of the formula set', cell: ({ estimate }) => estimate.estimator },
  { name: 'quantity', type: 'text', meaning: 'at which point of the step', cell: ({ estimate }) => estimate.quantity },
  {
    name: 'ledger',
    type: 'text',
    meaning: 'whose count it may be compared with',
    cell: ({ estimate }) => estimate.ledger,
  },
  {
    name: 'predicted_bytes',
    type: 'integer',
    meaning: 'what the formula says',
    cell: ({ estimate }) => estimate.bytes,
  },
  {
    name: 'unsupported',
    type: 'text',
    meaning: 'why the formula says nothing; empty where it does',
    cell: ({ estimate }) => estimate.unsupported ?? null,
  },
  {
    name: 'match',
    type: 'text',
    meaning: '`matched`: all assumptions of the formula hold; `nearest`: all that can be built; `away`: neither',
    cell: ({ estimate }) => estimate.match,
  },
  {
    name: 'violated_assumptions',
    type: 'text',
    meaning: 'ids of the assumptions that do not hold, joined by `;`',
    cell: ({ estimate }) => estimate.violatedAssumptions.join(';'),
  },
  {
    name: 'parameters',
    type: 'integer',
    meaning: "the formula's own count of parameters; empty where it has none",
    cell: ({ summary }) => summary?.parameterCount ?? null,
  },
  {
    name: 'knows_logits',
    type: 'boolean',
    meaning: 'its activations or peak have a term in batch × sequence × vocabulary',
    cell: ({ summary }) => summary?.knows.logits ?? null,
  },
  {
    name: 'knows_heads',
    type: 'boolean',
    meaning: 'a prediction changes with the number of heads alone',
    cell: ({ summary }) => summary?.knows.heads ?? null,
  },
  {
    name: 'knows_optimizer',
    type: 'boolean',
    meaning: 'a prediction changes between SGD and Adam',
    cell: ({ summary }) => summary?.knows.optimizer ?? null,
  },
];

export const estimatesCsv = (answers: readonly Estimates[]): string =>
  csvText(
    ESTIMATES_COLUMNS,
    answers.flatMap((answer) => {
      const summaries = new Map(answer.estimators.map((summary) => [summary.estimator, summary]));
      return answer.predictions.map((estimate) => ({
        answer,
        estimate,
        summary: summaries.get(estimate.estimator),
      }));
    }),
  );
