/** How far each formula is from the truth: comparison rows → one row of statistics per group. */
import { MATCHES, type Match } from '../estimators/estimator.ts';
import { LEDGERS, type Ledger, QUANTITIES, type Quantity } from '../records/quantity.ts';
import { type ComparedRow, type ComparisonRow, isCompared } from './compare.ts';

/** Of signed error ratios (predicted − measured) ÷ measured. Null where no comparison of the group has a ratio. */
export interface Statistics {
  readonly count: number;
  readonly exactCount: number;
  /** Predicted less than measured: the error that ends in an out-of-memory. */
  readonly underCount: number;
  /** Something was predicted where 0 was measured: an error that no ratio can express, so it is counted apart. */
  readonly withoutRatioCount: number;
  readonly medianErrorRatio: number | null;
  readonly medianAbsoluteErrorRatio: number | null;
  /** The largest by absolute value, with its sign. */
  readonly worstErrorRatio: number | null;
  readonly worstConfigId: string | null;
  readonly minErrorRatio: number | null;
  readonly maxErrorRatio: number | null;
}

interface Group {
  readonly estimator: string;
  readonly quantity: Quantity;
  readonly ledger: Ledger;
}

export interface AccuracyRow extends Group, Statistics {
  readonly match: Match;
}

/** Over all matches. */
export interface ScoreboardRow extends Group, Statistics {
  /** On configurations that meet all assumptions of the formula. */
  readonly matchedCount: number;
}

/** Sorted by estimator, quantity, ledger and match, whatever the order of `rows`. */
export function scoreAccuracy(rows: readonly ComparisonRow[]): AccuracyRow[] {
  const groups = grouped(rows, (row) => JSON.stringify([row.estimator, row.quantity, row.ledger, row.match]));
  return groups
    .map(({ first, members }) => ({ ...groupOf(first), match: first.match, ...statisticsOf(members) }))
    .sort(byGroupAndMatch);
}

/** Sorted by estimator, quantity and ledger, whatever the order of `rows`. */
export function scoreboard(rows: readonly ComparisonRow[]): ScoreboardRow[] {
  const groups = grouped(rows, (row) => JSON.stringify([row.estimator, row.quantity, row.ledger]));
  return groups
    .map(({ first, members }) => {
      const matchedCount = members.filter(({ match }) => match === 'matched').length;
      return { ...groupOf(first), matchedCount, ...statisticsOf(members) };
    })
    .sort(byGroup);
}

const groupOf = ({ estimator, quantity, ledger }: Group): Group => ({ estimator, quantity, ledger });

function grouped(rows: readonly ComparisonRow[], keyOf: (row: ComparedRow) => string) {
  const groups = new Map<string, { first: ComparedRow; members: ComparedRow[] }>();
  for (const row of rows.filter(isCompared)) {
    const group = groups.get(keyOf(row));
    if (group === undefined) groups.set(keyOf(row), { first: row, members: [row] });
    else group.members.push(row);
  }
  return [...groups.values()];
}

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The order of the vocabulary for quantities and ledgers, the alphabet for estimators. */
const byGroup = (a: Group, b: Group): number =>
  byText(a.estimator, b.estimator) ||
  QUANTITIES.indexOf(a.quantity) - QUANTITIES.indexOf(b.quantity) ||
  LEDGERS.indexOf(a.ledger) - LEDGERS.indexOf(b.ledger);

export const byGroupAndMatch = (a: AccuracyRow, b: AccuracyRow): number =>
  byGroup(a, b) || MATCHES.indexOf(a.match) - MATCHES.indexOf(b.match);

interface Rated {
  readonly ratio: number;
  readonly configId: string;
}

function statisticsOf(rows: readonly ComparedRow[]): Statistics {
  const rated = rows.flatMap((row): Rated[] => {
    const ratio = row.errorBytes === 0 ? 0 : row.errorRatio; // 0 predicted for 0 measured is no error
    return ratio === null ? [] : [{ ratio, configId: row.configId }];
  });
  const ratios = ascending(rated.map(({ ratio }) => ratio));
  const worst = [...rated].sort(worstFirst)[0];
  return {
    count: rows.length,
    exactCount: rows.filter(({ verdict }) => verdict === 'exact').length,
    underCount: rows.filter(({ verdict }) => verdict === 'under').length,
    withoutRatioCount: rows.length - rated.length,
    medianErrorRatio: median(ratios),
    medianAbsoluteErrorRatio: median(ascending(ratios.map(Math.abs))),
    worstErrorRatio: worst?.ratio ?? null,
    worstConfigId: worst?.configId ?? null,
    minErrorRatio: ratios[0] ?? null,
    maxErrorRatio: ratios.at(-1) ?? null,
  };
}

const ascending = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b);

/** Between two of the same size, the one that promises too little is the worse one. */
const worstFirst = (a: Rated, b: Rated): number =>
  Math.abs(b.ratio) - Math.abs(a.ratio) || a.ratio - b.ratio || byText(a.configId, b.configId);

/** The mean of the middle two for an even count; null of nothing. */
export const medianOf = (values: readonly number[]): number | null => median(ascending(values));

function median(sorted: readonly number[]): number | null {
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.ceil(sorted.length / 2) - 1];
  return upper === undefined || lower === undefined ? null : (lower + upper) / 2;
}
