/** Two components of one formula whose errors undo each other: the total looks better than what it is made of. */
import type { Match } from '../../estimators/estimator.ts';
import type { Ledger, Quantity } from '../../records/quantity.ts';
import { grouped } from '../grouped.ts';
import { alike, type ItemisedComparison, type PartRow } from './itemised.ts';

/**
 * Least error of the smaller one, in measured totals. At most twenty parts can be a twentieth of a total, so that what is found can be
 * read; a pair that is not found hides less than that.
 */
export const LEAST_SHARE = 0.05;

/**
 * What two errors leave of each other, in errors of the smaller one: below a half, more than two thirds of the larger one are undone.
 * And what a formula does not itemise is below a half of the smaller one: if all of it belonged there, half of that error would stay.
 */
const MOST_LEFT = 0.5;

/** One pair in one comparison. */
export interface Cancellation {
  readonly total: ItemisedComparison['total'];
  readonly over: PartRow;
  readonly under: PartRow;
  /** The smaller of the two errors ÷ measured total. */
  readonly share: number;
}

/** One pair over all comparisons of one formula, quantity, ledger and origin on configurations of one match. */
export interface CancellationRow {
  readonly estimator: string;
  readonly quantity: Quantity;
  readonly ledger: Ledger;
  readonly origin: string;
  readonly match: Match;
  readonly over: PartRow['component'];
  readonly under: PartRow['component'];
  /** In how many the pair cancels, of how many. */
  readonly count: number;
  readonly of: number;
  /** The one with the largest share. */
  readonly worst: Cancellation;
}

/** The largest share first. */
export function cancellations(comparisons: readonly ItemisedComparison[]): CancellationRow[] {
  return alike(comparisons)
    .flatMap((group) => {
      const pairs = grouped(
        group.flatMap(cancellationsIn),
        ({ over, under }) => `${over.component} ${under.component}`,
      );
      return pairs.map((same) => rowOf(same, group.length));
    })
    .sort((a, b) => b.worst.share - a.worst.share); // stable: equals stay in the order of the comparisons
}

/** Every pair of one comparison: the total is off by less than the smaller error, so it shows less than it hides. A component may be in several. */
function cancellationsIn({ total, parts, unitemisedBytes }: ItemisedComparison): Cancellation[] {
  if (total.measuredBytes <= 0) return [];
  const [overs, unders] = [parts.filter((part) => part.errorBytes > 0), parts.filter((part) => part.errorBytes < 0)];
  return overs.flatMap((over) =>
    unders.flatMap((under) => {
      const smaller = Math.min(over.errorBytes, -under.errorBytes);
      const left = Math.max(Math.abs(over.errorBytes + under.errorBytes), Math.abs(unitemisedBytes));
      const share = smaller / total.measuredBytes;
      const hidden = share >= LEAST_SHARE && left < MOST_LEFT * smaller && Math.abs(total.errorBytes) < smaller;
      return hidden ? [{ total, over, under, share }] : [];
    }),
  );
}

/** `same`: at least one. */
function rowOf(same: readonly Cancellation[], of: number): CancellationRow {
  const worst = same.reduce((worse, other) => (other.share > worse.share ? other : worse));
  const { estimator, quantity, ledger, origin, match } = worst.total;
  const pair = { over: worst.over.component, under: worst.under.component };
  return { estimator, quantity, ledger, origin, match, ...pair, count: same.length, of, worst };
}
