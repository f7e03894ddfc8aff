/** What a reader wants to know of a formula's parts: which are off, which it never counts, which hide each other. */
import { MATCHES, type Match } from '../../estimators/estimator.ts';
import type { Ledger, Quantity } from '../../records/quantity.ts';
import type { ComparisonRow } from '../compare.ts';
import { grouped } from '../grouped.ts';
import { median } from '../median.ts';
import { EXACT_LEDGERS } from '../shownLedger.ts';
import { type CancellationRow, cancellations, LEAST_SHARE } from './cancellations.ts';
import type { ItemisedComparison } from './itemised.ts';

/** Of the measured total: the median over configurations. */
export interface Share {
  readonly component: ComparisonRow['component'];
  readonly share: number;
}

/** One formula and quantity in one ledger, on those measured configurations that are nearest to the formula's ground. */
export interface PartsSummary {
  readonly estimator: string;
  readonly quantity: Quantity;
  readonly ledger: Ledger;
  /** Who executed the steps. */
  readonly origin: string;
  readonly match: Match;
  /** Configurations of this match, and of all in this ledger. */
  readonly count: number;
  readonly of: number;
  /** Signed error of the total. */
  readonly totalShare: number;
  /** Signed errors of the parts, the largest first, with `unitemised` as it is predicted. Without those that are exact everywhere. */
  readonly errors: readonly Share[];
  /** Measured components of which the formula predicts 0 on all these configurations, the largest first. */
  readonly uncounted: readonly Share[];
  /** What the formula's total has beyond its parts: it may hold some of what is `uncounted`. */
  readonly unitemisedShare: number;
  /** The formula names no part at all. */
  readonly isSum: boolean;
  /** The largest first. */
  readonly cancellations: readonly CancellationRow[];
}

/** One for each formula, quantity and origin, in the order of the comparisons. Of configurations on which anything was measured. */
export function partsSummaries(comparisons: readonly ItemisedComparison[]): PartsSummary[] {
  const measured = comparisons.filter(({ total }) => total.measuredBytes > 0);
  return grouped(measured, ({ total }) => `${total.estimator} ${total.quantity} ${total.origin}`).flatMap(
    (ofQuantity) => {
      const inLedger = firstOf(EXACT_LEDGERS, ofQuantity, ({ total }) => total.ledger);
      const nearest = firstOf(MATCHES, inLedger, ({ total }) => total.match);
      return nearest.length === 0 ? [] : [summaryOf(nearest, inLedger.length)];
    },
  );
}

/** The comparisons with the first value that any of them has. */
function firstOf<Value>(
  values: readonly Value[],
  comparisons: readonly ItemisedComparison[],
  keyOf: (comparison: ItemisedComparison) => Value,
): ItemisedComparison[] {
  const first = values.find((value) => comparisons.some((comparison) => keyOf(comparison) === value));
  return comparisons.filter((comparison) => keyOf(comparison) === first);
}

/** `group`: at least one. */
function summaryOf(group: readonly ItemisedComparison[], of: number): PartsSummary {
  const [{ total }] = group as [ItemisedComparison];
  const { estimator, quantity, ledger, origin, match } = total;
  const shareOf = (bytesOf: (comparison: ItemisedComparison) => number): number =>
    median(group.map((comparison) => bytesOf(comparison) / comparison.total.measuredBytes)) ?? 0;
  const partIn = ({ parts }: ItemisedComparison, name: string) => parts.find(({ component }) => component === name);
  const components = [...new Set(group.flatMap(({ parts }) => parts.map(({ component }) => component)))];
  const never = components.filter((name) => group.every((one) => (partIn(one, name)?.predictedBytes ?? 0) === 0));
  const wrong = components.filter((name) => group.some((one) => (partIn(one, name)?.errorBytes ?? 0) !== 0));
  const errors = wrong.map((component) => {
    return { component, share: shareOf((one) => partIn(one, component)?.errorBytes ?? 0) };
  });
  const unitemisedShare = shareOf(({ unitemisedBytes }) => unitemisedBytes);
  const isItemised = group.every(({ unitemisedBytes }) => unitemisedBytes === 0);
  return {
    ...{ estimator, quantity, ledger, origin, match, count: group.length, of },
    totalShare: shareOf((one) => one.total.errorBytes),
    errors: [...errors, ...(isItemised ? [] : [{ component: 'unitemised' as const, share: unitemisedShare }])].sort(
      largestFirst,
    ),
    uncounted: never
      .map((component) => ({ component, share: shareOf((one) => partIn(one, component)?.measuredBytes ?? 0) }))
      .filter(({ share }) => share >= LEAST_SHARE)
      .sort(largestFirst),
    unitemisedShare,
    isSum: never.length === components.length && !isItemised,
    cancellations: cancellations(group),
  };
}

const largestFirst = (a: Share, b: Share): number => Math.abs(b.share) - Math.abs(a.share);
