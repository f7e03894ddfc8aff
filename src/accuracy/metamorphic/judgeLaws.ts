/** Does a formula obey the laws? Its predictions are put into each relation, beside what was measured of the same configurations. Pure. */
import type { RunConfig } from '../../config/schema.ts';
import { type Estimator, MATCHES, type Match } from '../../estimators/estimator.ts';
import type { JudgedRecord } from '../../records/judged.ts';
import type { Ledger, Quantity } from '../../records/quantity.ts';
import { type Instance, imaginedInstances, measuredInstances } from './instance.ts';
import type { MetamorphicLaw, Relation } from './law.ts';
import { LAWS } from './laws.ts';
import { combined, isAllowed, testedText, widenedByRounding } from './relation.ts';
import { quantitiesOf, type Truth, truthOf } from './truth.ts';
import { type Witness, witnessOf } from './witness.ts';

type LawVerdict = 'pass' | 'fail' | 'not-applicable';

/** One relation of a law, at one base, put to one formula. */
export interface MetamorphicRow {
  readonly law: string;
  /** Of the base. */
  readonly configId: string;
  /** Who executed its step: see `originOf`; null where it was not measured. */
  readonly origin: string | null;
  readonly quantity: Quantity;
  /** In which the truth was counted; null where there is none. */
  readonly ledger: Ledger | null;
  readonly estimator: string;
  readonly verdict: LawVerdict;
  /** The combination of bytes that the law speaks of, in words. */
  readonly tested: string;
  /** What the law allows it to be, both ends included; `mostBytes` is null where only a least is known. */
  readonly leastBytes: number;
  readonly mostBytes: number | null;
  /** What it comes to by the formula, and by what was measured. */
  readonly predictedBytes: number | null;
  readonly measuredBytes: number | null;
  /** The worst of all compared configurations: `away` if one of them breaks an assumption that could hold. Of those that it answers. */
  readonly match: Match;
  readonly violatedAssumptions: readonly string[];
  /** Why nothing is judged; null where something is. */
  readonly reason: string | null;
}

/** By law, then by base, then in the order of the estimators; the order of the records decides nothing. */
export const judgeLaws = (
  records: readonly JudgedRecord[],
  estimators: readonly Estimator[],
  laws: readonly MetamorphicLaw[] = LAWS,
): MetamorphicRow[] => judgeInstances(measuredInstances(records, laws), estimators);

/** Formulas alone, at a configuration that need not have been measured. What only a measured step can decide is not applicable. */
export const judgeFormulas = (
  base: RunConfig,
  estimators: readonly Estimator[],
  laws: readonly MetamorphicLaw[] = LAWS,
): MetamorphicRow[] => judgeInstances(imaginedInstances(base, laws), estimators);

function judgeInstances(instances: readonly Instance[], estimators: readonly Estimator[]): MetamorphicRow[] {
  const witnesses = estimators.map(witnessOf);
  return instances.flatMap((instance) =>
    witnesses.flatMap((witness) =>
      instance.law.relations.map((relation) => judgeRelation(instance, relation, witness)),
    ),
  );
}

function judgeRelation(instance: Instance, relation: Relation, witness: Witness): MetamorphicRow {
  const { law, base, followUps, samples } = instance;
  const allowed = relation.allowed(base.configuration, followUps);
  const answers = [...samples.values()].map(witness.standing);
  const standings = answers.filter((answer) => typeof answer !== 'string');
  const failure = answers.find((answer) => typeof answer === 'string');
  const predicted = predictionOf(instance, relation, witness);
  const truth = truthFor(instance, relation, witness.estimator);
  const reason = failure ?? (typeof predicted === 'string' ? predicted : whyUnjudged(truth, allowed));
  const obeys = typeof predicted === 'number' && isAllowed(widenedByRounding(allowed, relation.terms), predicted);
  return {
    law: law.id,
    configId: base.configId,
    origin: base.origin,
    quantity: relation.quantity,
    ledger: typeof truth === 'object' ? (truth?.ledger ?? null) : null,
    estimator: witness.estimator.id,
    verdict: reason !== null ? 'not-applicable' : obeys ? 'pass' : 'fail',
    tested: testedText(relation),
    leastBytes: allowed.least,
    mostBytes: allowed.most,
    predictedBytes: typeof predicted === 'number' ? predicted : null,
    measuredBytes: typeof truth === 'object' ? (truth?.bytes ?? null) : null,
    match: MATCHES.findLast((match) => standings.some((standing) => standing.match === match)) ?? 'matched',
    violatedAssumptions: [...new Set(standings.flatMap(({ violatedAssumptions }) => violatedAssumptions))],
    reason,
  };
}

/** The combination by the formula, or why it says nothing. */
function predictionOf({ samples }: Instance, relation: Relation, { estimator, predicted }: Witness): number | string {
  const silent = quantitiesOf(relation).filter((name) => estimator.predicts.every(({ quantity }) => quantity !== name));
  if (silent.length > 0) return `says nothing of ${silent.join(' and ')}`;
  const totals = new Map<Relation['terms'][number], number>();
  for (const term of relation.terms) {
    const sample = samples.get(term.at);
    const answer = sample === undefined ? {} : predicted(sample);
    if (typeof answer === 'string') return answer;
    const prediction = answer[term.quantity];
    if (prediction === undefined) return 'the estimator gave no prediction';
    if (prediction.kind === 'unsupported') return prediction.reason;
    totals.set(term, prediction.total);
  }
  return combined(relation.terms, (term) => totals.get(term) ?? 0);
}

/** Null where nothing was measured, and a text where what was measured does not tell. */
function truthFor(instance: Instance, relation: Relation, { predicts }: Estimator): Truth | string | null {
  if (instance.base.readings === null)
    return relation.inBackward === true ? 'only a measured step tells where it is fullest' : null;
  const ledgers = predicts.find(({ quantity }) => quantity === relation.quantity)?.ledgers ?? ['requested'];
  return truthOf(instance, relation, ledgers);
}

function whyUnjudged(truth: Truth | string | null, allowed: { least: number; most: number | null }): string | null {
  if (truth === null || typeof truth === 'string') return truth;
  return isAllowed(allowed, truth.bytes) ? null : 'what was measured breaks the law here, so that it judges nobody';
}
