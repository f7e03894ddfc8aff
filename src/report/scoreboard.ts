/** The scoreboard on a terminal: all formulas on the same measured runs, best first. */
import type { ScoreboardRow } from '../accuracy/score.ts';
import { isWorthNaming } from '../records/origin.ts';
import { QUANTITIES } from '../records/quantity.ts';
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

const GAP = '  ';

interface TableColumn {
  readonly title: string;
  readonly alignment: 'left' | 'right';
  readonly text: (row: ScoreboardRow) => string;
  readonly paint?: (row: ScoreboardRow, colours: Colours) => Paint;
}

const LEDGER_TITLE = 'ledger';

const COLUMNS: readonly TableColumn[] = [
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
  { title: 'noise', alignment: 'right', text: (row) => noiseText(row.noiseRatio), paint: (_row, { dim }) => dim },
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
  },
  {
    title: 'on ground',
    alignment: 'right',
    text: (row) => errorText(row.matchedMedianErrorRatio),
    paint: (row, colours) => errorPaint(row.matchedMedianErrorRatio, colours),
  },
];

/**
 * At most 100 columns wide, one block per quantity (and origin, where it is worth naming), the smallest median error first. A ledger that
 * all rows share stands above them once. Ends with a newline.
 */
export function scoreboardText(rows: readonly ScoreboardRow[], colours: Colours = PLAIN): string {
  if (rows.length === 0) return 'Nothing was compared.\n';
  const [{ ledger }] = rows as readonly [ScoreboardRow];
  const isOfOneLedger = rows.every((row) => row.ledger === ledger);
  const columns = isOfOneLedger ? COLUMNS.filter(({ title }) => title !== LEDGER_TITLE) : COLUMNS;
  const widths = columnWidths(columns, rows);
  const origins = [...new Set(rows.map(({ origin }) => origin))].sort();
  const isNamed = isWorthNaming(origins);
  const blocks = QUANTITIES.flatMap((quantity) =>
    origins.flatMap((origin) => {
      const ranked = rows.filter((row) => row.quantity === quantity && row.origin === origin).sort(bestFirst);
      if (ranked.length === 0) return [];
      const title = [quantity, ...(isOfOneLedger ? [`in ${ledger}`] : []), ...(isNamed ? [`(${origin})`] : [])];
      return [
        [colours.bold(title.join(' ')), ...ranked.map((row) => rowLine(row, columns, widths, colours))].join('\n'),
      ];
    }),
  );
  const head = line(columns.map((column, index) => colours.dim(pad(column.title, column, widths[index]))));
  return `${[head, ...blocks].join('\n\n')}\n`;
}

const line = (cells: readonly string[]): string => `${GAP}${cells.join(GAP)}`;

const rowLine = (
  row: ScoreboardRow,
  columns: readonly TableColumn[],
  widths: readonly number[],
  colours: Colours,
): string =>
  line(
    columns.map((column, index) => {
      const paint = column.paint?.(row, colours) ?? plain;
      return paint(pad(column.text(row), column, widths[index])); // padded first: colour codes have no width
    }),
  );

/** Only the estimator's name gives way where the table would be too wide. */
function columnWidths(columns: readonly TableColumn[], rows: readonly ScoreboardRow[]): number[] {
  const [name = 0, ...others] = columns.map(({ title, text }) =>
    Math.max(title.length, ...rows.map((row) => text(row).length)),
  );
  const room = WIDTH - others.reduce((sum, width) => sum + GAP.length + width, GAP.length);
  return [Math.min(name, Math.max(room, 12)), ...others];
}

function pad(text: string, { alignment }: TableColumn, width = 0): string {
  if (text.length > width) return `${text.slice(0, width - 3)}...`;
  return alignment === 'left' ? text.padEnd(width) : text.padStart(width);
}

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

function bestFirst(a: ScoreboardRow, b: ScoreboardRow): number {
  const size = ({ medianErrorRatio }: ScoreboardRow) =>
    medianErrorRatio === null ? Number.MAX_VALUE : Math.abs(medianErrorRatio);
  return size(a) - size(b); // stable: equals stay in the order of estimator and ledger
}
