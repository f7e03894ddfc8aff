/** The scoreboard on a terminal: all formulas on the same measured runs, best first. */
import type { ScoreboardRow } from '../accuracy/score.ts';
import { isWorthNaming } from '../records/origin.ts';
import { QUANTITIES } from '../records/quantity.ts';
import { nearestFirst } from './nearestFirst.ts';
import { plainLine } from './plainLine.ts';
import { type FittedColumn, fitColumns, GAP, pad, type TableColumn } from './tableFit.ts';
import { WIDTH } from './wrap.ts';

type Paint = (text: string) => string;

/** What picocolors offers, injected: whether a terminal has colours is not known here. */
export interface Colours {
  readonly green: Paint;
  readonly red: Paint;
  readonly yellow: Paint;
  readonly bold: Paint;
  readonly dim: Paint;
}

const plain: Paint = (text) => text;
const PLAIN: Colours = { green: plain, red: plain, yellow: plain, bold: plain, dim: plain };

interface ScoreColumn extends TableColumn<ScoreboardRow> {
  readonly paint?: (row: ScoreboardRow, colours: Colours) => Paint;
}

const LEDGER_TITLE = 'ledger';

const COLUMNS: readonly ScoreColumn[] = [
  { title: 'estimator', alignment: 'left', text: (row) => row.estimator },
  { title: LEDGER_TITLE, alignment: 'left', text: (row) => row.ledger },
  { title: 'configs', alignment: 'right', text: (row) => String(row.count) },
  {
    title: 'median',
    alignment: 'right',
    text: (row) => errorText(row.medianErrorRatio),
    paint: (row, colours) => errorPaint(row.medianErrorRatio, colours),
  },
  {
    title: 'worst',
    alignment: 'right',
    text: (row) => errorText(row.worstErrorRatio),
    paint: (row, colours) => errorPaint(row.worstErrorRatio, colours),
  },
  {
    title: 'noise',
    alignment: 'right',
    text: (row) => noiseText(row.noiseRatio),
    paint: (_row, { dim }) => dim,
    leavesFirst: 2,
  },
  {
    title: 'under',
    alignment: 'right',
    text: (row) => String(row.underCount),
    paint: (row, colours) => (row.underCount > 0 ? colours.red : colours.green),
  },
  {
    title: 'matched',
    alignment: 'right',
    text: (row) => String(row.matchedCount),
    paint: (row, colours) => (row.matchedCount === 0 ? colours.dim : plain),
    leavesFirst: 1,
  },
  {
    title: 'on ground',
    alignment: 'right',
    text: (row) => errorText(row.matchedMedianErrorRatio),
    paint: (row, colours) => errorPaint(row.matchedMedianErrorRatio, colours),
  },
];

/** Of one ledger, it stands above them once. */
const columnsOf = (rows: readonly ScoreboardRow[]): readonly ScoreColumn[] =>
  isOfOneLedger(rows) ? COLUMNS.filter(({ title }) => title !== LEDGER_TITLE) : COLUMNS;

const isOfOneLedger = (rows: readonly ScoreboardRow[]): boolean => new Set(rows.map(({ ledger }) => ledger)).size <= 1;

/** Titles of what `scoreboardText` leaves out because `width` has no room for it. */
export function titlesWithoutRoom(rows: readonly ScoreboardRow[], width: number): string[] {
  const shown = new Set(fitColumns(columnsOf(rows), rows, width).map(({ column }) => column.title));
  return columnsOf(rows).flatMap(({ title }) => (shown.has(title) ? [] : [title]));
}

/**
 * At most `width` columns wide, one block per quantity (and origin, where it is worth naming), the smallest median error first. A ledger
 * that all rows share stands above them once. Ends with a newline.
 */
export function scoreboardText(rows: readonly ScoreboardRow[], colours: Colours = PLAIN, width = WIDTH): string {
  const [first] = rows;
  if (first === undefined) return 'Nothing was compared.\n';
  const columns = fitColumns(columnsOf(rows), rows, width);
  const origins = [...new Set(rows.map(({ origin }) => origin))].sort();
  const isNamed = isWorthNaming(origins);
  const blocks = QUANTITIES.flatMap((quantity) =>
    origins.flatMap((origin) => {
      const ranked = rows.filter((row) => row.quantity === quantity && row.origin === origin).sort(nearestFirst);
      if (ranked.length === 0) return [];
      const ledger = isOfOneLedger(rows) ? [`in ${first.ledger}`] : [];
      const title = [quantity, ...ledger, ...(isNamed ? [`(${plainLine(origin)})`] : [])].join(' ');
      return [[colours.bold(title), ...ranked.map((row) => rowLine(row, columns, colours))].join('\n')];
    }),
  );
  const head = line(columns.map((fitted) => colours.dim(pad(fitted.column.title, fitted.column, fitted.width))));
  return `${[head, ...blocks].join('\n\n')}\n`;
}

const line = (cells: readonly string[]): string => `${GAP}${cells.join(GAP)}`;

const rowLine = (
  row: ScoreboardRow,
  columns: readonly FittedColumn<ScoreboardRow, ScoreColumn>[],
  colours: Colours,
): string =>
  line(
    columns.map(({ column, width }) => {
      const paint = column.paint?.(row, colours) ?? plain;
      return paint(pad(column.text(row), column, width)); // padded first: colour codes have no width
    }),
  );

/** `0.35%`, `0` where the measured steps read the same, or `-` where nothing says how far they are apart. */
function noiseText(noiseRatio: number | null): string {
  if (noiseRatio === null) return '-';
  return noiseRatio === 0 ? '0' : errorText(noiseRatio).replace('+', '');
}

/** `+3.20%`, `exact`, or `-` where no ratio exists. An error that rounds to nothing is still shown as an error. */
export function errorText(errorRatio: number | null): string {
  if (errorRatio === null) return '-';
  if (errorRatio === 0) return 'exact';
  const sign = errorRatio > 0 ? '+' : '-';
  const percent = Math.abs(errorRatio) * 100;
  if (percent < 0.01) return `${sign}<0.01%`;
  if (percent >= 1e6) return `${sign}>1e6%`;
  return `${sign}${percent.toFixed(percent < 100 ? 2 : 0)}%`;
}

/** Too little is red (it ends in an out-of-memory), too much is yellow. No threshold: only exact is green. */
function errorPaint(errorRatio: number | null, colours: Colours): Paint {
  if (errorRatio === null) return colours.dim;
  if (errorRatio === 0) return colours.green;
  return errorRatio < 0 ? colours.red : colours.yellow;
}
