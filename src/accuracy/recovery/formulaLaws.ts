/** The law of each formula by the same machine, from what it predicts. */
import { changedKeys } from '../../config/perturb.ts';
import type { RunConfig } from '../../config/schema.ts';
import { nearestImaginable } from '../../estimators/assumption.ts';
import type { Estimator } from '../../estimators/estimator.ts';
import type { Quantity } from '../../records/quantity.ts';
import { type Design, designOf, identifyRational, type Law, withoutLaw } from './identify.ts';
import { syntheticConfigurations } from './syntheticSizes.ts';
import { SIZE_PATHS } from './terms.ts';

export interface FormulaLaw {
  readonly estimator: string;
  /** `exact`: a polynomial in these terms; `no law`: none; `refused`: the formula says nothing, or not enough to tell. */
  readonly law: Law;
  /** Keys with another value than the measured ones have, because the formula says nothing there: those of the formula's own ground. */
  readonly ground: readonly (readonly [path: string, value: unknown])[];
}

/** Of every estimator that predicts `quantity`, in their order; `measured` is what the measured law is found from. */
export type AskFormulas = (measured: Design, quantity: Quantity) => FormulaLaw[];

/**
 * First at the measured configurations themselves, where a peak is at the measured place; where that gives no exact law (roundings to whole
 * bytes), at large round sizes; where the formula says nothing, at such sizes on its own ground. Asks each formula once about each.
 */
export function formulaAsker(estimators: readonly Estimator[]): AskFormulas {
  const predict = once((estimator: Estimator) => once((config: RunConfig) => estimator.predict(config)));
  const synthetic = once(({ configurations: [like], terms }: Design) =>
    like === undefined ? null : designOf(syntheticConfigurations(like), terms),
  );
  const onGround = once((estimator: Estimator) =>
    once(({ configurations, terms }: Design) =>
      designOf(
        configurations.map((config) => nearestImaginable(config, estimator.assumptions)),
        terms,
      ),
    ),
  );

  const lawAt = (design: Design, estimator: Estimator, quantity: Quantity): Law => {
    const totals: number[] = [];
    for (const config of design.configurations) {
      const prediction = predict(estimator)(config)[quantity];
      if (prediction?.kind !== 'bytes')
        return withoutLaw('refused', prediction?.reason ?? 'the formula gives no number');
      totals.push(prediction.total);
    }
    return identifyRational(design, totals);
  };

  return (measured, quantity) =>
    estimators
      .filter(({ predicts }) => predicts.some((entry) => entry.quantity === quantity))
      .map((estimator): FormulaLaw => {
        const large = synthetic(measured);
        const here = [measured, ...(large === null ? [] : [large])].map((design) => lawAt(design, estimator, quantity));
        const found =
          here.find(({ verdict }) => verdict === 'exact') ?? here.find(({ verdict }) => verdict === 'no law');
        const silent = here.at(-1) ?? withoutLaw('refused', 'nothing was asked');
        if (found !== undefined || large === null) return { estimator: estimator.id, law: found ?? silent, ground: [] };
        const ground = onGround(estimator)(large);
        const law = lawAt(ground, estimator, quantity);
        if (law.verdict === 'refused') return { estimator: estimator.id, law: silent, ground: [] };
        return { estimator: estimator.id, law, ground: changedBetween(large, ground) };
      });
}

const changedBetween = ({ configurations: [from] }: Design, { configurations: [to] }: Design): FormulaLaw['ground'] =>
  from === undefined || to === undefined ? [] : changedKeys(from, to).filter(([path]) => !SIZE_PATHS.includes(path));

/** A function that computes the answer for each object once. */
function once<Key extends object, Answer>(compute: (key: Key) => Answer): (key: Key) => Answer {
  const known = new Map<Key, Answer>();
  return (key) => {
    const answer = known.get(key) ?? compute(key);
    known.set(key, answer);
    return answer;
  };
}
