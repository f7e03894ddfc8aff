/** The scoreboard of the page: every formula, quantity and ledger, over all configurations and for each match. */
import type { Judgement } from '../../accuracy/judge.ts';
import { scoreboard } from '../../accuracy/score.ts';
import type { Statistics } from '../../accuracy/statistics.ts';
import type { Group } from '../../accuracy/tally.ts';
import { isWorthNaming } from '../../records/origin.ts';
import { LEDGERS, QUANTITIES } from '../../records/quantity.ts';
import { plainLine } from '../plainLine.ts';
import { rowsOfLedgers } from '../shownLedgers.ts';
import type { ScoreCell, ScoreRow } from './browser/pageData.ts';
import { percent, signedPercent } from './numbers.ts';
import { type Heading, left, right } from './table.ts';

/** A row over configurations of all matches. */
export const ALL_MATCHES = 'all';

interface ScoreColumn extends Heading {
  /** For who does not know the word. */
  readonly meaning: string;
  cell(row: Group & Statistics & { readonly match: string }): ScoreCell;
}

const text = (value: string): ScoreCell => [plainLine(value), plainLine(value)];
const count = (value: number): ScoreCell => [String(value), value];
/** Sorted by size: −1 % is better than +5 %. */
const error = (ratio: number | null): ScoreCell => [signedPercent(ratio), ratio === null ? null : Math.abs(ratio)];

const COLUMNS: readonly ScoreColumn[] = [
  { ...left('formula'), meaning: 'id of the formula set', cell: ({ estimator }) => text(estimator) },
  {
    ...left('quantity'),
    meaning: 'at which point of the step',
    cell: ({ quantity }) => [quantity, QUANTITIES.indexOf(quantity)],
  },
  { ...left('ledger'), meaning: 'who counted', cell: ({ ledger }) => [ledger, LEDGERS.indexOf(ledger)] },
  { ...left('origin'), meaning: 'who executed the steps', cell: ({ origin }) => text(origin) },
  { ...left('match'), meaning: 'whether the assumptions of the formula hold', cell: ({ match }) => text(match) },
  { ...right('configs'), meaning: 'how many were compared', cell: (row) => count(row.count) },
  { ...right('median'), meaning: 'median of the signed error', cell: (row) => error(row.medianErrorRatio) },
  {
    ...right('p90'),
    meaning: 'about nine in ten errors are at most so large: the 90th percentile of the absolute error',
    cell: ({ p90AbsoluteErrorRatio: p90 }) => [p90 === null ? '–' : percent(p90), p90],
  },
  { ...right('worst'), meaning: 'largest error', cell: (row) => error(row.worstErrorRatio) },
  {
    ...right('too little'),
    meaning: 'configurations where less was predicted than measured',
    cell: (row) => count(row.underCount),
  },
  {
    ...right('noise'),
    meaning: 'what of an error may be the measurement’s own',
    cell: ({ noiseRatio }) => [noiseRatio === null ? '–' : percent(noiseRatio), noiseRatio],
  },
  {
    ...right('rank'),
    meaning: 'Spearman’s rank correlation of predicted and measured bytes',
    cell: ({ rankCorrelation: rank }) => [rank === null ? '–' : rank.toFixed(3), rank],
  },
];

/** Cells stand in the order of the columns. */
export interface Scores {
  readonly columns: readonly ScoreColumn[];
  readonly rows: readonly ScoreRow[];
}

/** The nearest first within each quantity. */
export function scoresOf({ comparisons, accuracy }: Judgement): Scores {
  const all = scoreboard(comparisons);
  const isNamed = isWorthNaming(all.map(({ origin }) => origin));
  const columns = COLUMNS.filter(({ title }) => isNamed || title !== 'origin');
  const telling = new Set(rowsOfLedgers(all, 'one').map(keyOf));
  const rows = [...all.map((row) => ({ ...row, match: ALL_MATCHES })), ...accuracy];
  const size = (ratio: number | null) => (ratio === null ? Number.MAX_VALUE : Math.abs(ratio));
  rows.sort(
    (a, b) =>
      QUANTITIES.indexOf(a.quantity) - QUANTITIES.indexOf(b.quantity) ||
      size(a.medianAbsoluteErrorRatio) - size(b.medianAbsoluteErrorRatio) ||
      size(a.worstErrorRatio) - size(b.worstErrorRatio),
  );
  return {
    columns,
    rows: rows.map((row) => ({
      ...{ quantity: row.quantity, ledger: row.ledger, match: row.match, isTelling: telling.has(keyOf(row)) },
      cells: columns.map(({ cell }) => cell(row)),
    })),
  };
}

const keyOf = ({ estimator, quantity, ledger, origin }: Group): string =>
  JSON.stringify([estimator, quantity, ledger, origin]);
