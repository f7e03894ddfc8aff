/**
 * Each error split in two: what a formula gets wrong on its own ground, and what it costs to use it elsewhere, assumption by assumption.
 * error at C = error on the ground + Σ over the steps of the way from C to the ground (error before the step − error after it).
 */
import { configId } from '../../config/configId.ts';
import { type Estimator, groundOf } from '../../estimators/estimator.ts';
import { wayToGroundOf } from '../../estimators/ground.ts';
import type { JudgedRecord } from '../../records/judged.ts';
import type { MeasuredRecord } from '../../records/measurement.ts';
import type { Ledger, Quantity } from '../../records/quantity.ts';
import { type Bytes, bytes } from '../../units/bytes.ts';
import { type ComparedRow, type ComparisonRow, comparisonsOf, isCompared } from '../compare.ts';
import { grouped } from '../grouped.ts';

/** What is left where the assumptions hold. Those that nothing built can meet are in it and named after it: `formula-error+sharded`. */
export const FORMULA_ERROR = 'formula-error';
/** A whole error, where the ground has no number to split it by. */
export const UNSPLIT = 'unsplit';
/** Between the names of what only one number speaks of. */
export const JOINED_BY = '+';

/** A part of an error: error at `from` − error at `to`. */
export interface ErrorPart {
  /** `FORMULA_ERROR`, the assumption that is met between `from` and `to`, or `UNSPLIT`. */
  readonly part: string;
  readonly fromConfigId: string;
  /** Null where the part is the whole error at `from`. */
  readonly toConfigId: string | null;
  readonly errorBytes: Bytes;
  /** ÷ what was measured at the configuration that is split. Null where that is 0. */
  readonly errorRatio: number | null;
}

/** One formula's error at one configuration that is not on its ground. */
export interface ErrorSplit {
  readonly configId: string;
  /** Who executed the steps: see `originOf`. */
  readonly origin: string;
  readonly quantity: Quantity;
  readonly ledger: Ledger;
  readonly estimator: string;
  readonly errorBytes: Bytes;
  readonly errorRatio: number | null;
  /** What `comparisons.csv` has of the ground: error ÷ measured there. Null where that is 0 or the error is not split. */
  readonly groundErrorRatio: number | null;
  /** They add up to `errorBytes`: the formula's own first, then in the order of the way. `UNSPLIT` alone where there is a reason. */
  readonly parts: readonly ErrorPart[];
  /** Ids of assumptions that do not hold on the ground either. */
  readonly unmet: readonly string[];
  /** Why the error is not split; null where it is. */
  readonly reason: string | null;
}

/** In the order of the records, estimators and predictions, one environment after another: records are split by their like only. */
export const splitErrors = (records: readonly JudgedRecord[], estimators: readonly Estimator[]): ErrorSplit[] =>
  byEnvironment(records).flatMap((alike) => {
    const find = totalsOf(alike.flatMap((record) => [...comparisonsOf(record, estimators, { totalsOnly: true })]));
    return alike.flatMap((record) => estimators.flatMap((estimator) => splitsOf(record, estimator, find)));
  });

const byEnvironment = (records: readonly JudgedRecord[]): readonly MeasuredRecord[][] =>
  grouped(
    records.filter((record) => record.outcome === 'measured'),
    ({ environmentHash }) => environmentHash,
  );

type TotalKey = Pick<ComparisonRow, 'configId' | 'estimator' | 'quantity' | 'ledger'>;
type FindTotal = (key: TotalKey) => ComparisonRow | undefined;

function totalsOf(rows: readonly ComparisonRow[]): FindTotal {
  const textOf = (key: TotalKey) => `${key.configId} ${key.estimator} ${key.quantity} ${key.ledger}`;
  const found = new Map(rows.map((row) => [textOf(row), row]));
  return (key) => found.get(textOf(key));
}

/** A step of the way, by the id of where it leads. */
interface Step {
  readonly assumption: string;
  readonly configId: string;
}

function splitsOf(
  { configId: id, configuration }: MeasuredRecord,
  estimator: Estimator,
  find: FindTotal,
): ErrorSplit[] {
  const way = wayToGroundOf(estimator, configuration).map(({ assumption, config }): Step => {
    return { assumption, configId: configId(config) };
  });
  if (way.length === 0) return [];
  const { unmet } = groundOf(estimator, configuration);
  return estimator.predicts.flatMap(({ quantity, ledgers }) =>
    ledgers.flatMap((ledger) => {
      const totalAt = (place: string) => find({ configId: place, estimator: estimator.id, quantity, ledger });
      const total = totalAt(id);
      if (total === undefined || !isCompared(total)) return [];
      const { errorBytes, errorRatio, origin } = total;
      const split = { configId: id, origin, quantity, ledger, estimator: estimator.id, errorBytes, errorRatio, unmet };
      return [{ ...split, ...partsOf(total, way, unmet, totalAt) }];
    }),
  );
}

type TotalAt = (configId: string) => ComparisonRow | undefined;

function partsOf(
  total: ComparedRow,
  way: readonly Step[],
  unmet: readonly string[],
  totalAt: TotalAt,
): Pick<ErrorSplit, 'parts' | 'groundErrorRatio' | 'reason'> {
  const ground = way.at(-1)?.configId ?? total.configId;
  const onGround = totalAt(ground);
  if (onGround === undefined || !isCompared(onGround)) {
    const why = onGround === undefined ? 'was not measured' : `has no number: ${onGround.reason}`;
    const reason = `the ground ${ground} ${why}`;
    return { parts: [partOf(total, UNSPLIT, total, null)], groundErrorRatio: null, reason };
  }
  const own = partOf(total, [FORMULA_ERROR, ...unmet].join(JOINED_BY), onGround, null);
  return {
    parts: [own, ...worthOfSteps(total, way, totalAt)],
    groundErrorRatio: onGround.errorRatio,
    reason: null,
  };
}

/** One part for each step that has a number behind it; a step without one is joined with the next that has. */
function worthOfSteps(total: ComparedRow, way: readonly Step[], totalAt: TotalAt): ErrorPart[] {
  const parts: ErrorPart[] = [];
  let before = total;
  let met: string[] = [];
  for (const step of way) {
    met.push(step.assumption);
    const after = totalAt(step.configId);
    if (after === undefined || !isCompared(after)) continue;
    parts.push(partOf(total, met.join(JOINED_BY), before, after));
    before = after;
    met = [];
  }
  return parts;
}

function partOf({ measuredBytes }: ComparedRow, part: string, from: ComparedRow, to: ComparedRow | null): ErrorPart {
  const errorBytes = bytes(from.errorBytes - (to?.errorBytes ?? 0));
  return {
    part,
    fromConfigId: from.configId,
    toConfigId: to?.configId ?? null,
    errorBytes,
    errorRatio: measuredBytes === 0 ? null : errorBytes / measuredBytes,
  };
}
