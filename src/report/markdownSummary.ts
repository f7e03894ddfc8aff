/** A report on one screen of Markdown: what was measured, and which formulas come closest. */
import { isCompared } from '../accuracy/compare.ts';
import type { Judgement } from '../accuracy/judge.ts';
import { type ScoreboardRow, scoreboard } from '../accuracy/score.ts';
import { isWorthNaming } from '../records/origin.ts';
import { QUANTITIES } from '../records/quantity.ts';
import { formatBytes } from '../units/bytes.ts';
import { addressOrderNote } from './addressOrder.ts';
import { code, details, escaped, left, markdownTable, right } from './markdown.ts';
import type { Range } from './methodFacts.ts';
import type { Methods } from './methods.ts';
import { nearestFirst } from './nearestFirst.ts';
import { errorText } from './scoreboard.ts';
import { rowsOfLedgers } from './shownLedgers.ts';

/** What stands open; more are folded. */
const OPEN_ROWS = 12;
const CLOSEST = 3;

/** Ends with a newline. */
export function summaryMarkdown(judgement: Judgement, methods: Methods): string {
  const rows = quantityRows(judgement);
  const { statements, facts } = methods;
  const what = [
    ...statements.filter(({ topic }) => topic === 'records' || topic === 'environment').map(({ text }) => text),
    ...(facts.frameworks.length === 0 ? [] : [`Numbers of others: ${facts.frameworks.join(', ')}.`]),
  ];
  return `${[
    `# memproof report ${methods.reportId}`,
    escaped(what.join(' ')),
    ...(rows.length === 0 ? ['Nothing was compared.'] : [table(rows.slice(0, OPEN_ROWS)), READING]),
    ...addressOrderNote(judgement.comparisons).map(escaped),
    ...(rows.length > OPEN_ROWS ? [details(`${rows.length - OPEN_ROWS} more`, table(rows.slice(OPEN_ROWS)))] : []),
  ].join('\n\n')}\n`;
}

const READING = `The ${CLOSEST} formulas whose errors have the smallest median size, each with its median error (predicted − measured, as a share of measured); how many formulas promise too little somewhere; the largest spread between measured steps.`;

const HEAD = [
  left('quantity'),
  right('measured'),
  left('closest formulas'),
  right('too little'),
  right('spread'),
] as const;

const table = (rows: readonly (readonly string[])[]): string => markdownTable(HEAD, rows);

/** One row per quantity, and per origin where there are several. */
function quantityRows({ comparisons }: Judgement): string[][] {
  const board = rowsOfLedgers(scoreboard(comparisons), 'one');
  const origins = [...new Set(board.map(({ origin }) => origin))].sort();
  const isNamed = isWorthNaming(origins);
  const ranges = measuredRanges(comparisons);
  return QUANTITIES.flatMap((quantity) =>
    origins.flatMap((origin) => {
      const rows = board.filter((row) => row.quantity === quantity && row.origin === origin).sort(nearestFirst);
      if (rows.length === 0) return [];
      const name = isNamed ? `${quantity}<br>${escaped(origin)}` : quantity;
      return [[name, measuredText(rows, ranges), closestText(rows), tooLittleText(rows), spreadText(rows)]];
    }),
  );
}

/** Smallest and largest of what was compared, by `placeOf`. */
function measuredRanges(comparisons: Judgement['comparisons']): Map<string, Range> {
  const ranges = new Map<string, Range>();
  for (const row of comparisons) {
    if (!isCompared(row)) continue;
    const { measuredBytes } = row;
    const known = ranges.get(placeOf(row)) ?? { smallest: measuredBytes, largest: measuredBytes };
    const range = {
      smallest: Math.min(known.smallest, measuredBytes),
      largest: Math.max(known.largest, measuredBytes),
    };
    ranges.set(placeOf(row), range);
  }
  return ranges;
}

const placeOf = ({ quantity, origin, ledger }: Pick<ScoreboardRow, 'quantity' | 'origin' | 'ledger'>): string =>
  `${quantity} ${ledger} ${origin}`;

/** `1.00 KiB – 2.00 MiB in requested`, a line for each ledger that formulas of `rows` were compared with. */
function measuredText(rows: readonly ScoreboardRow[], ranges: ReadonlyMap<string, Range>): string {
  const places = new Map(rows.map((row) => [placeOf(row), row.ledger]));
  const lines = [...places].map(([place, ledger]) => {
    const { smallest, largest } = ranges.get(place) ?? { smallest: 0, largest: 0 };
    const text = smallest === largest ? formatBytes(smallest) : `${formatBytes(smallest)} – ${formatBytes(largest)}`;
    return `${text} in ${ledger}`;
  });
  return lines.join('<br>');
}

const closestText = (rows: readonly ScoreboardRow[]): string =>
  rows
    .slice(0, CLOSEST)
    .map(({ estimator, medianErrorRatio }) => `${code(estimator)} ${errorText(medianErrorRatio)}`)
    .join('<br>');

const tooLittleText = (rows: readonly ScoreboardRow[]): string =>
  `${rows.filter(({ underCount }) => underCount > 0).length} of ${rows.length}`;

function spreadText(rows: readonly ScoreboardRow[]): string {
  const known = rows.flatMap(({ noiseRatio }) => (noiseRatio === null ? [] : [noiseRatio]));
  if (known.length === 0) return 'unknown';
  const largest = Math.max(...known);
  return largest === 0 ? 'none' : errorText(largest).replace('+', '');
}
