/** The splits of many configurations as one line per formula and quantity: medians. */
import { configId } from '../../config/configId.ts';
import type { Estimator } from '../../estimators/estimator.ts';
import { wayToGroundOf } from '../../estimators/ground.ts';
import { ESTIMATORS } from '../../estimators/index.ts';
import type { JudgedRecord } from '../../records/judged.ts';
import { type Ledger, QUANTITIES, type Quantity } from '../../records/quantity.ts';
import { grouped } from '../grouped.ts';
import { median } from '../median.ts';
import { MOST_TELLING_FIRST } from '../shownLedger.ts';
import { type ErrorSplit, JOINED_BY, splitErrors } from './splitErrors.ts';

/**
 * Ratios are part ÷ measured at the configuration, medians over the configurations that were split. Medians need not add up; the parts
 * of each configuration do.
 */
export interface GroundSummary {
  readonly estimator: string;
  readonly quantity: Quantity;
  readonly ledger: Ledger;
  /** Who executed the steps. */
  readonly origin: string;
  /** Configurations that were split. */
  readonly count: number;
  /** Configurations off the ground that could not be split. */
  readonly unsplitCount: number;
  readonly errorRatio: number | null;
  readonly formulaErrorRatio: number | null;
  /** The same error by what was measured on the ground itself, which may be several times less. */
  readonly groundErrorRatio: number | null;
  /**
   * In the order of the way. Where an assumption holds it is worth nothing, which counts as 0; where it was met together with others, in
   * one number, its own worth is not known, and that configuration does not count.
   */
  readonly assumptions: readonly { readonly part: string; readonly errorRatio: number | null }[];
  /** Assumptions that do not hold on any of the grounds: what they are worth is in the formula's error. */
  readonly unmet: readonly string[];
}

/**
 * In the order of the quantities, origins and `estimators`, over the configurations that a user asked for: those on no way of any formula,
 * our own included whether or not they were asked about, so that the choice of formulas does not change the medians of one. A formula of
 * which none is left (a sweep that lists what others lead to) is summarised over those on no way of its own.
 */
export function summariseGrounds(records: readonly JudgedRecord[], estimators: readonly Estimator[]): GroundSummary[] {
  const splits = splitErrors(records, estimators);
  const askedFor = startingPoints(records, [...new Set([...ESTIMATORS, ...estimators])]);
  const ofEstimators = new Map(grouped(splits, ({ estimator }) => estimator).map((own) => [own[0]?.estimator, own]));
  const shown = estimators.flatMap((estimator) => {
    const own = ofEstimators.get(estimator.id) ?? [];
    const starts = own.some(({ configId }) => askedFor.has(configId)) ? askedFor : startingPoints(records, [estimator]);
    return own.filter((split) => starts.has(split.configId));
  });
  const keyOf = (estimator: string, quantity: Quantity, origin: string): string =>
    JSON.stringify([estimator, quantity, origin]);
  const ofSplit = ({ estimator, quantity, origin }: ErrorSplit): string => keyOf(estimator, quantity, origin);
  const ofFormulas = new Map(grouped(shown, ofSplit).map((own) => [ofSplit(own[0] as ErrorSplit), own]));
  const origins = [...new Set(shown.map(({ origin }) => origin))].sort();
  return QUANTITIES.flatMap((quantity) =>
    origins.flatMap((origin) =>
      estimators.flatMap(({ id }): GroundSummary[] => {
        const ofFormula = ofFormulas.get(keyOf(id, quantity, origin)) ?? [];
        const ledger = MOST_TELLING_FIRST.find((name) => ofFormula.some((split) => split.ledger === name));
        if (ledger === undefined) return [];
        const medians = mediansOf(ofFormula.filter((split) => split.ledger === ledger));
        return [{ estimator: id, quantity, ledger, origin, ...medians }];
      }),
    ),
  );
}

/**
 * Ids of the configurations that lie on no way from an earlier one: what is left of a sweep when the ways are taken away that `matched`
 * added. Ways may lead back (one formula wants a tied head, another an own one), so nothing but the order of the sweep tells what was
 * asked for: it is that of the records. A choice of what is shown; no error and no part of one depends on it.
 */
export function startingPoints(records: readonly JudgedRecord[], formulas: readonly Estimator[]): ReadonlySet<string> {
  const starts = new Set<string>();
  const onAWay = new Set<string>();
  for (const record of records) {
    if (!onAWay.has(record.configId)) starts.add(record.configId);
    for (const formula of formulas)
      for (const { config } of wayToGroundOf(formula, record.configuration)) onAWay.add(configId(config));
  }
  return starts;
}

function mediansOf(splits: readonly ErrorSplit[]) {
  const split = splits.filter(({ reason }) => reason === null);
  const ratios = (of: (split: ErrorSplit) => number | null) => median(split.map(of).filter((ratio) => ratio !== null));
  const names = new Set(split.flatMap(({ parts: [, ...worth] }) => worth.map(({ part }) => part)));
  return {
    count: split.length,
    unsplitCount: splits.length - split.length,
    errorRatio: ratios(({ errorRatio }) => errorRatio),
    formulaErrorRatio: ratios(({ parts: [own] }) => own?.errorRatio ?? null),
    groundErrorRatio: ratios(({ groundErrorRatio }) => groundErrorRatio),
    assumptions: [...names].map((part) => ({
      part,
      errorRatio: ratios(({ parts, errorRatio }) => {
        const met = parts.find((one) => one.part === part);
        if (met !== undefined || errorRatio === null) return met?.errorRatio ?? null;
        const named = parts.flatMap((one) => one.part.split(JOINED_BY));
        return part.split(JOINED_BY).some((assumption) => named.includes(assumption)) ? null : 0;
      }),
    })),
    unmet: [...new Set(split.flatMap(({ unmet }) => unmet))],
  };
}
