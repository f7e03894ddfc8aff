/** How far each formula is from the truth: comparison rows → one row of statistics per group. */
import { MATCHES } from '../estimators/estimator.ts';
import { LEDGERS, QUANTITIES } from '../records/quantity.ts';
import type { ComparisonRow } from './compare.ts';
import { joinedSample, type Sample, type Statistics, statisticsOf } from './statistics.ts';
import { type Group, type MatchGroup, tallied } from './tally.ts';

export interface AccuracyRow extends MatchGroup, Statistics {}

/** Over all matches. */
export interface ScoreboardRow extends Group, Statistics {
  /** On configurations that meet all assumptions of the formula. */
  readonly matchedCount: number;
  /** The median error there; null where it has no such configuration, or none with a ratio. */
  readonly matchedMedianErrorRatio: number | null;
}

/** Sorted by estimator, quantity, ledger, origin and match, whatever the order of `rows`. */
export const scoreAccuracy = (rows: Iterable<ComparisonRow>): AccuracyRow[] =>
  tallied(rows)
    .groups()
    .map(({ group, sample }) => ({ ...group, ...statisticsOf(sample) }))
    .sort(byGroupAndMatch);

/** Sorted by estimator, quantity, ledger and origin, whatever the order of `rows`. */
export function scoreboard(rows: Iterable<ComparisonRow>): ScoreboardRow[] {
  const boards = new Map<string, { group: Group; samples: Sample[]; matched: Statistics | null }>();
  for (const { group, sample } of tallied(rows).groups()) {
    const { match, ...rest } = group;
    const board = boards.get(JSON.stringify(rest)) ?? { group: rest, samples: [], matched: null };
    boards.set(JSON.stringify(rest), board);
    board.samples.push(sample);
    if (match === 'matched') board.matched = statisticsOf(sample);
  }
  return [...boards.values()]
    .map(({ group, samples, matched }) => ({
      ...group,
      ...statisticsOf(joinedSample(samples)),
      matchedCount: matched?.count ?? 0,
      matchedMedianErrorRatio: matched?.medianErrorRatio ?? null,
    }))
    .sort(byGroup);
}

/** By code unit, as a sort of texts without a rule. */
export const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The order of the vocabulary for quantities and ledgers, the alphabet for estimators and origins. */
const byGroup = (a: Group, b: Group): number =>
  byText(a.estimator, b.estimator) ||
  QUANTITIES.indexOf(a.quantity) - QUANTITIES.indexOf(b.quantity) ||
  LEDGERS.indexOf(a.ledger) - LEDGERS.indexOf(b.ledger) ||
  byText(a.origin, b.origin);

export const byGroupAndMatch = (a: AccuracyRow, b: AccuracyRow): number =>
  byGroup(a, b) || MATCHES.indexOf(a.match) - MATCHES.indexOf(b.match);
