/** Which assumptions of which formulas did not hold, and where: what a citation of their errors has to say. */
import { type ComparisonRow, isCompared } from '../accuracy/compare.ts';
import type { Judgement } from '../accuracy/judge.ts';
import type { Estimator } from '../estimators/estimator.ts';

export interface ViolatedAssumption {
  /** Id of the formula set. */
  readonly estimator: string;
  /** Id of the assumption. */
  readonly assumption: string;
  /** The assumption in words, as the formula set has them. */
  readonly statement: string;
  /** Ids of the compared configurations where it does not hold, in the order of the records. */
  readonly configIds: readonly string[];
  /** How many configurations the formula was compared on. */
  readonly ofConfigurations: number;
}

/** In the order of the formula sets, then of their assumptions. Only of what was compared: an unmet assumption elsewhere misled nobody. */
export function violations({ comparisons, estimators }: Judgement): ViolatedAssumption[] {
  const rows = rowsByEstimator(comparisons);
  return estimators.flatMap((estimator) => {
    const compared = rows.get(estimator.id) ?? [];
    const all = new Set(compared.map(({ configId }) => configId));
    return assumptionsOf(estimator).flatMap(({ id, statement }) => {
      const violating = compared.filter(({ violatedAssumptions }) => violatedAssumptions.includes(id));
      if (violating.length === 0) return [];
      const configIds = [...new Set(violating.map(({ configId }) => configId))];
      return [{ estimator: estimator.id, assumption: id, statement, configIds, ofConfigurations: all.size }];
    });
  });
}

/** A formula that ignores a deployment assumes one device, whether or not its source says so. */
const assumptionsOf = ({ assumptions }: Estimator): readonly { readonly id: string; readonly statement: string }[] =>
  assumptions.some(({ id }) => id === 'one-device')
    ? assumptions
    : [...assumptions, { id: 'one-device', statement: 'one device holds the whole model' }];

function rowsByEstimator(comparisons: readonly ComparisonRow[]): Map<string, ComparisonRow[]> {
  const rows = new Map<string, ComparisonRow[]>();
  for (const row of comparisons) {
    if (!isCompared(row)) continue;
    const known = rows.get(row.estimator);
    if (known === undefined) rows.set(row.estimator, [row]);
    else known.push(row);
  }
  return rows;
}
