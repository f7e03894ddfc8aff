/** The law of each formula by the same machine, from what it predicts. */
import { changedKeys } from '../../config/perturb.ts';
import type { RunConfig } from '../../config/schema.ts';
import { MemproofError } from '../../errors.ts';
import { nearestImaginable } from '../../estimators/assumption.ts';
import type { Deployment } from '../../estimators/deployment.ts';
import type { Estimator } from '../../estimators/estimator.ts';
import { answerTo } from '../answerTo.ts';
import type { LawGroup } from './grouping.ts';
import { type Design, designOf, identifyRational, type PolynomialLaw, withoutLaw } from './identify.ts';
import { syntheticConfigurations } from './syntheticSizes.ts';
import { SIZE_PATHS } from './terms.ts';

export interface FormulaLaw {
  readonly estimator: string;
  /** `exact`: a polynomial in these terms; `no law`: none; `refused`: the formula says nothing, or not enough to tell. */
  readonly law: PolynomialLaw;
  /** Keys with another value than the measured ones have, because the formula says nothing there: those of the formula's own ground. */
  readonly ground: readonly (readonly [path: string, value: unknown])[];
}

/** What is asked of a formula: which quantity, and how the model is spread over devices. */
type Question = Pick<LawGroup, 'quantity' | 'deployment'>;

/** Of every estimator that predicts the quantity, in their order; `measured` is what the measured law is found from. */
type AskFormulas = (measured: Design, question: Question) => FormulaLaw[];

/**
 * First at the measured configurations themselves, where a peak is at the measured place; where that gives no exact law (roundings to whole
 * bytes), at large round sizes; where the formula says nothing, at such sizes on its own ground. Asks each formula once about each. One that
 * fails has the law `refused`.
 */
export function formulaAsker(estimators: readonly Estimator[]): AskFormulas {
  const predict = once((estimator: Estimator) =>
    once(
      (deployment: Deployment) => once((config: RunConfig) => answerTo(() => estimator.predict(config, deployment))),
      (deployment) => JSON.stringify(deployment),
    ),
  );
  const synthetic = once(({ configurations: [like], terms }: Design) =>
    like === undefined ? null : designOf(syntheticConfigurations(like), terms),
  );
  const onGround = once((estimator: Estimator) =>
    once(({ configurations, terms }: Design) =>
      answerTo(() =>
        designOf(
          configurations.map((config) => nearestImaginable(config, estimator.assumptions)),
          terms,
        ),
      ),
    ),
  );

  const lawAt = (design: Design, estimator: Estimator, { quantity, deployment }: Question): PolynomialLaw => {
    const totals: number[] = [];
    for (const config of design.configurations) {
      const predictions = predict(estimator)(deployment)(config);
      if (predictions instanceof MemproofError) return withoutLaw('refused', predictions.message);
      const prediction = predictions[quantity];
      if (prediction?.kind !== 'bytes')
        return withoutLaw('refused', prediction?.reason ?? 'the formula gives no number');
      totals.push(prediction.total);
    }
    return identifyRational(design, totals);
  };

  return (measured, question) =>
    estimators
      .filter(({ predicts }) => predicts.some((entry) => entry.quantity === question.quantity))
      .map((estimator): FormulaLaw => {
        const large = synthetic(measured);
        const here = [measured, ...(large === null ? [] : [large])].map((design) => lawAt(design, estimator, question));
        const found =
          here.find(({ verdict }) => verdict === 'exact') ?? here.find(({ verdict }) => verdict === 'no law');
        const silent = here.at(-1) ?? withoutLaw('refused', 'nothing was asked');
        if (found !== undefined || large === null) return { estimator: estimator.id, law: found ?? silent, ground: [] };
        const ground = onGround(estimator)(large);
        if (ground instanceof MemproofError)
          return { estimator: estimator.id, law: withoutLaw('refused', ground.message), ground: [] };
        const law = lawAt(ground, estimator, question);
        if (law.verdict === 'refused') return { estimator: estimator.id, law: silent, ground: [] };
        return { estimator: estimator.id, law, ground: changedBetween(large, ground) };
      });
}

const changedBetween = ({ configurations: [from] }: Design, { configurations: [to] }: Design): FormulaLaw['ground'] =>
  from === undefined || to === undefined ? [] : changedKeys(from, to).filter(([path]) => !SIZE_PATHS.includes(path));

/** A function that computes the answer once for each object, or for all objects with the same `keyOf`. */
function once<Key extends object, Answer>(
  compute: (from: Key) => Answer,
  keyOf: (from: Key) => unknown = (from) => from,
): (from: Key) => Answer {
  const known = new Map<unknown, Answer>();
  return (from) => {
    const key = keyOf(from);
    const answer = known.get(key) ?? compute(from);
    known.set(key, answer);
    return answer;
  };
}
