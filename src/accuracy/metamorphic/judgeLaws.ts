/** Does a formula obey the laws? Its predictions are put into each relation, beside what was measured of the same configurations. Pure. */
import type { RunConfig } from '../../config/schema.ts';
import { type Estimator, MATCHES, type Match, matchOf, violatedAssumptions } from '../../estimators/estimator.ts';
import type { JudgedRecord } from '../../records/judged.ts';
import type { Ledger, Quantity } from '../../records/quantity.ts';
import { type Instance, imaginedInstances, measuredInstances, type Sample } from './instance.ts';
import type { Law, Relation } from './law.ts';
import { LAWS } from './laws.ts';
import { combined, isAllowed, testedText, widenedByRounding } from './relation.ts';
import { quantitiesOf, type Truth, truthOf } from './truth.ts';

export type LawVerdict = 'pass' | 'fail' | 'not-applicable';

/** One relation of a law, at one base, put to one formula. */
export interface LawRow {
  readonly law: string;
  /** Of the base. */
  readonly configId: string;
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
  /** The worst of all compared configurations: `away` if one of them breaks an assumption that could hold. */
  readonly match: Match;
  readonly violatedAssumptions: readonly string[];
  /** Why nothing is judged; null where something is. */
  readonly reason: string | null;
}

/** By law, then by base, then in the order of the estimators; the order of the records decides nothing. */
export const judgeLaws = (
  records: readonly JudgedRecord[],
  estimators: readonly Estimator[],
  laws: readonly Law[] = LAWS,
): LawRow[] => judgeInstances(measuredInstances(records, laws), estimators);

/** Formulas alone, at a configuration that need not have been measured. What only a measured step can decide is not applicable. */
export const judgeFormulas = (
  base: RunConfig,
  estimators: readonly Estimator[],
  laws: readonly Law[] = LAWS,
): LawRow[] => judgeInstances(imaginedInstances(base, laws), estimators);

function judgeInstances(instances: readonly Instance[], estimators: readonly Estimator[]): LawRow[] {
  const witnesses = estimators.map(witnessOf);
  return instances.flatMap((instance) =>
    witnesses.flatMap((witness) =>
      instance.law.relations.map((relation) => judgeRelation(instance, relation, witness)),
    ),
  );
}

/** A formula that remembers its answers: the same configuration is asked about by many laws. */
interface Witness {
  readonly estimator: Estimator;
  predicted(sample: Sample): ReturnType<Estimator['predict']>;
  standing(sample: Sample): { readonly match: Match; readonly violated: readonly string[] };
}

function witnessOf(estimator: Estimator): Witness {
  return {
    estimator,
    predicted: remembered((config) => estimator.predict(config)),
    standing: remembered((config) => ({
      match: matchOf(estimator, config),
      violated: violatedAssumptions(estimator, config),
    })),
  };
}

function remembered<T>(answer: (config: RunConfig) => T): (sample: Sample) => T {
  const known = new Map<string, T>();
  return ({ configId, configuration }) => {
    const said = known.get(configId) ?? answer(configuration);
    known.set(configId, said);
    return said;
  };
}

function judgeRelation(instance: Instance, relation: Relation, witness: Witness): LawRow {
  const { law, base, followUps, samples } = instance;
  const allowed = relation.allowed(base.configuration, followUps);
  const standings = [...samples.values()].map(witness.standing);
  const predicted = predictionOf(instance, relation, witness);
  const truth = truthFor(instance, relation, witness.estimator);
  const reason = typeof predicted === 'string' ? predicted : whyUnjudged(truth, allowed);
  const obeys = typeof predicted === 'number' && isAllowed(widenedByRounding(allowed, relation.terms), predicted);
  return {
    law: law.id,
    configId: base.configId,
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
    violatedAssumptions: [...new Set(standings.flatMap(({ violated }) => violated))],
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
    const prediction = sample === undefined ? undefined : predicted(sample)[term.quantity];
    if (prediction === undefined) return 'the estimator gave no prediction';
    if (prediction.kind === 'unsupported') return prediction.reason;
    totals.set(term, prediction.total);
  }
  return combined(relation.terms, (term) => totals.get(term) ?? 0);
}

/** Null where nothing was measured, and a text where what was measured does not tell. */
function truthFor(instance: Instance, relation: Relation, { predicts }: Estimator): Truth | string | null {
  if (instance.base.reading === null)
    return relation.inBackward === true ? 'only a measured step tells where it is fullest' : null;
  const ledgers = predicts.find(({ quantity }) => quantity === relation.quantity)?.ledgers ?? ['requested'];
  return truthOf(instance, relation, ledgers);
}

function whyUnjudged(truth: Truth | string | null, allowed: { least: number; most: number | null }): string | null {
  if (truth === null || typeof truth === 'string') return truth;
  return isAllowed(allowed, truth.bytes) ? null : 'what was measured breaks the law here, so that it judges nobody';
}
