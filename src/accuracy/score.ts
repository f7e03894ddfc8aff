/** How far each formula is from the truth: comparison rows → one row of statistics per group. */
import { MATCHES, type Match } from '../estimators/estimator.ts';
import { LEDGERS, type Ledger, QUANTITIES, type Quantity } from '../records/quantity.ts';
import { type ComparisonRow, isCompared } from './compare.ts';
import { type Sample, type Statistics, statisticsOf } from './statistics.ts';

interface Group {
  readonly estimator: string;
  readonly quantity: Quantity;
  readonly ledger: Ledger;
  /** Who executed the steps: never an average over two of them. */
  readonly origin: string;
}

interface MatchGroup extends Group {
  readonly match: Match;
}

export interface AccuracyRow extends MatchGroup, Statistics {}

/** Over all matches. */
export interface ScoreboardRow extends Group, Statistics {
  /** On configurations that meet all assumptions of the formula. */
  readonly matchedCount: number;
}

/** Sorted by estimator, quantity, ledger, origin and match, whatever the order of `rows`. */
export function scoreAccuracy(rows: Iterable<ComparisonRow>): AccuracyRow[] {
  const groups = grouped(rows, (row) => [row.estimator, row.quantity, row.ledger, row.origin, row.match]);
  return groups
    .map(({ first, sample }) => ({ ...groupOf(first), match: first.match, ...statisticsOf(sample) }))
    .sort(byGroupAndMatch);
}

/** Sorted by estimator, quantity, ledger and origin, whatever the order of `rows`. */
export function scoreboard(rows: Iterable<ComparisonRow>): ScoreboardRow[] {
  const groups = grouped(rows, (row) => [row.estimator, row.quantity, row.ledger, row.origin]);
  return groups
    .map(({ first, sample, matchedCount }) => ({ ...groupOf(first), matchedCount, ...statisticsOf(sample) }))
    .sort(byGroup);
}

const groupOf = ({ estimator, quantity, ledger, origin }: Group): Group => ({ estimator, quantity, ledger, origin });

interface Members {
  readonly first: MatchGroup;
  readonly sample: Sample;
  matchedCount: number;
}

/** Keeps of each row the numbers only, so that rows may come from a generator and go. */
function grouped(rows: Iterable<ComparisonRow>, keyOf: (row: ComparisonRow) => readonly string[]): Members[] {
  const groups = new Map<string, Members>();
  for (const row of rows) {
    if (!isCompared(row)) continue;
    const key = keyOf(row).join('\n');
    const members = groups.get(key) ?? emptyGroup(row);
    groups.set(key, members);
    members.sample.configIds.push(row.configId);
    members.sample.predictedBytes.push(row.predictedBytes);
    members.sample.measuredBytes.push(row.measuredBytes);
    members.sample.noiseBytes.push(row.noiseBytes);
    if (row.match === 'matched') members.matchedCount++;
  }
  return [...groups.values()];
}

const emptyGroup = ({ match, ...group }: MatchGroup): Members => ({
  first: { ...groupOf(group), match }, // not the row itself, which would stay with its configuration
  sample: { configIds: [], predictedBytes: [], measuredBytes: [], noiseBytes: [] },
  matchedCount: 0,
});

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The order of the vocabulary for quantities and ledgers, the alphabet for estimators and origins. */
const byGroup = (a: Group, b: Group): number =>
  byText(a.estimator, b.estimator) ||
  QUANTITIES.indexOf(a.quantity) - QUANTITIES.indexOf(b.quantity) ||
  LEDGERS.indexOf(a.ledger) - LEDGERS.indexOf(b.ledger) ||
  byText(a.origin, b.origin);

export const byGroupAndMatch = (a: AccuracyRow, b: AccuracyRow): number =>
  byGroup(a, b) || MATCHES.indexOf(a.match) - MATCHES.indexOf(b.match);
