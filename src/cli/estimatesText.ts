/** `estimate` on a terminal of 80 columns: the formulas, then one table per quantity, smallest first. */

import { describeConfig } from '../config/describe.ts';
import { ONE_DEVICE } from '../estimators/deployment.ts';
import type { Estimates, EstimatorSummary, QuantitySummary } from '../estimators/estimates.ts';
import type { Knowledge } from '../estimators/knowledge.ts';
import { type ByteUnit, formatBytes } from '../units/bytes.ts';
import { listText, table, wrapped } from './terminal.ts';

export function estimatesText(answer: Estimates, unit: ByteUnit | undefined): string {
  const { step } = answer.configuration;
  const spread = Object.entries(answer.deployment)
    .filter(([key, value]) => ONE_DEVICE[key as keyof typeof ONE_DEVICE] !== value)
    .map(([key, value]) => `${key} ${value}`);
  const title = [describeConfig(answer.configuration), step.optimizer, step.precision, ...spread].join(', ');
  return [
    wrapped(title),
    `\n${formulas(answer)}`,
    ...answer.quantities
      .filter(({ sorted }) => sorted.length > 0)
      .map((quantity) => `\n${quantityText(answer, quantity, unit)}`),
    listText('assumptions that do not hold', violations(answer)),
    listText('nothing to say', silences(answer)),
    listText(
      'the numbers of one device',
      answer.estimators.filter(({ ignoresDeployment }) => ignoresDeployment).map(idOf),
    ),
  ].join('');
}

/** Parameters and standing of each formula, and what it was found to know. */
function formulas({ parameterCount, estimators }: Estimates): string {
  const rows = estimators.map(({ estimator, parameterCount: own, match, knows }) => [
    `  ${estimator}`,
    own === null ? '-' : String(own),
    match.padEnd(7),
    knownText(knows).padEnd(22),
  ]);
  return table([
    ['formula', 'parameters', 'match  ', 'knows of'.padEnd(22)],
    ['  as built here', String(parameterCount), '', ''],
    ...rows,
  ]);
}

const knownText = (knows: Knowledge): string =>
  (['logits', 'heads', 'optimizer'] as const).filter((name) => knows[name]).join(' ') || '-';

function quantityText(
  answer: Estimates,
  { quantity, sorted, ratio }: QuantitySummary,
  unit: ByteUnit | undefined,
): string {
  const matchOf = new Map(answer.estimators.map(({ estimator, match }) => [estimator, match]));
  const smallest = sorted[0]?.bytes ?? 0;
  const rows = sorted.map(({ estimator, bytes }) => [
    `  ${estimator}`,
    String(bytes),
    formatBytes(bytes, unit),
    smallest === 0 ? '' : `× ${(bytes / smallest).toFixed(2)}`,
    (matchOf.get(estimator) ?? '').padEnd(7),
  ]);
  const spread = sorted.length < 2 || ratio === null ? '' : `: the largest is ${ratio.toFixed(2)} × the smallest`;
  return `${quantity}${spread}\n${table(rows)}`;
}

const violations = ({ estimators }: Estimates): string[] =>
  estimators
    .filter(({ violatedAssumptions }) => violatedAssumptions.length > 0)
    .map(({ estimator, violatedAssumptions }) => `${estimator}: ${violatedAssumptions.join(', ')}`);

/** Which formula has no number for which quantities, and why: the same reason once. */
function silences({ predictions }: Estimates): string[] {
  const quantitiesOf = new Map<string, Set<string>>();
  for (const { estimator, quantity, unsupported } of predictions) {
    if (unsupported === undefined) continue;
    const key = `${estimator}: ${unsupported}`;
    quantitiesOf.set(key, (quantitiesOf.get(key) ?? new Set()).add(quantity));
  }
  return [...quantitiesOf].map(([key, quantities]) => `${key} (${[...quantities].join(', ')})`);
}

const idOf = ({ estimator }: EstimatorSummary): string => estimator;
