/** The splits of many configurations as one line per formula and quantity: medians. */
import { configId } from '../config/configId.ts';
import type { Estimator } from '../estimators/estimator.ts';
import { wayToGroundOf } from '../estimators/ground.ts';
import { ESTIMATORS } from '../estimators/index.ts';
import type { JudgedRecord } from '../records/judged.ts';
import { LEDGERS, type Ledger, QUANTITIES, type Quantity } from '../records/quantity.ts';
import { type ErrorSplit, splitErrors } from './grounds.ts';
import { median } from './median.ts';

/**
 * Ratios are part ÷ measured at the configuration, medians over the configurations that were split. Medians need not add up; the parts
 * of each configuration do.
 */
export interface GroundSummary {
  readonly estimator: string;
  readonly quantity: Quantity;
  readonly ledger: Ledger;
  /** Configurations that were split. */
  readonly count: number;
  /** Configurations off the ground that could not be split. */
  readonly unsplitCount: number;
  readonly errorRatio: number | null;
  readonly formulaErrorRatio: number | null;
  /** The same error by what was measured on the ground itself, which may be several times less. */
  readonly groundErrorRatio: number | null;
  /** In the order of the way. Where an assumption holds it is worth nothing, which counts as 0. */
  readonly assumptions: readonly { readonly part: string; readonly errorRatio: number | null }[];
  /** Assumptions that do not hold on any of the grounds: what they are worth is in the formula's error. */
  readonly unmet: readonly string[];
}

/** Of which ledger a formula's errors are shown: the first that it has any in. `requested` and `buffers` have no history. */
const PREFERRED_LEDGERS: readonly Ledger[] = ['requested', 'buffers', ...LEDGERS];

/** In the order of the quantities, then of `estimators`, over the starting points alone. */
export function summariseGrounds(records: readonly JudgedRecord[], estimators: readonly Estimator[]): GroundSummary[] {
  const starts = startingPoints(records, estimators);
  const splits = splitErrors(records, estimators).filter((split) => starts.has(split.configId));
  return QUANTITIES.flatMap((quantity) =>
    estimators.flatMap(({ id }): GroundSummary[] => {
      const ofFormula = splits.filter((split) => split.estimator === id && split.quantity === quantity);
      const ledger = PREFERRED_LEDGERS.find((name) => ofFormula.some((split) => split.ledger === name));
      if (ledger === undefined) return [];
      return [{ estimator: id, quantity, ledger, ...mediansOf(ofFormula.filter((split) => split.ledger === ledger)) }];
    }),
  );
}

/**
 * Ids of the configurations that lie on no way from an earlier one: what is left of a sweep when the ways are taken away that `matched`
 * added. Our own formulas count whether or not they were asked about, so that the choice of formulas does not change the medians of one.
 */
export function startingPoints(
  records: readonly JudgedRecord[],
  estimators: readonly Estimator[],
): ReadonlySet<string> {
  const starts = new Set<string>();
  const onAWay = new Set<string>();
  for (const record of records) {
    if (!onAWay.has(record.configId)) starts.add(record.configId);
    for (const estimator of new Set([...ESTIMATORS, ...estimators]))
      for (const { config } of wayToGroundOf(estimator, record.configuration)) onAWay.add(configId(config));
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
        return met === undefined && errorRatio !== null ? 0 : (met?.errorRatio ?? null);
      }),
    })),
    unmet: [...new Set(split.flatMap(({ unmet }) => unmet))],
  };
}
