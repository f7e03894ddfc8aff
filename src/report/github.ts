/** What GitHub Actions shows of a check: annotations at the rows that fail, and a summary of one screen. Pure. */
import { type AccuracyComparison, isFailing } from '../accuracy/baseline/changes.ts';
import { type BaselineRow, rowKey, rowText } from '../accuracy/baseline/row.ts';
import { advice, configurationsText, countsText, type FailingRow, failingRows } from './accuracyChanges.ts';
import { code, details, escaped, left, markdownTable } from './markdown.ts';
import { command, MOST_ANNOTATIONS } from './workflowCommand.ts';

/** What stands open in the summary: a screen. */
const OPEN_ROWS = 12;
/** What stands folded. GitHub takes no summary beyond 1 MiB per step, and a step may hold several checks. */
const FOLDED_ROWS = 500;

/** The accuracy file as it is committed. */
export interface CommittedFile {
  /** As GitHub knows it: from the root of the repository. */
  readonly path: string;
  readonly text: string;
  /** In the order of `text`. */
  readonly rows: readonly BaselineRow[];
}

/** Workflow commands, one a line: `::error file=…,line=…,title=…::…`. Empty where nothing fails. */
export function annotations(comparison: AccuracyComparison, file: CommittedFile): string {
  const lineOf = linesOfRows(file);
  const errors = [
    ...fewerConfigurations(comparison).map((text) => errorCommand(file.path, lineOfConfigurations(file.text), text)),
    ...failingRows(comparison).map(({ committed, word, text }) =>
      errorCommand(file.path, lineOf(committed), `${rowText(committed)}: ${text}`, word),
    ),
  ];
  const more = errors.length - MOST_ANNOTATIONS;
  // A warning: of the errors GitHub would drop the eleventh.
  const rest = more > 0 ? [command('warning', { file: file.path }, `${more} more rows fail; the log has all.`)] : [];
  return [...errors.slice(0, MOST_ANNOTATIONS), ...rest].map((line) => `${line}\n`).join('');
}

/** Markdown: the verdict, the counts, the failing rows worst first. */
export function stepSummary(comparison: AccuracyComparison, path: string): string {
  const rows = failingRows(comparison);
  const configurations = configurationsText(comparison);
  const folded = rows.slice(OPEN_ROWS, OPEN_ROWS + FOLDED_ROWS);
  const unlisted = rows.length - OPEN_ROWS - folded.length;
  return `${[
    `### memproof check: ${isFailing(comparison) ? 'FAILED' : 'ok'}`,
    `${code(path)}: ${countsText(comparison)}${configurations === null ? '' : `, ${configurations}`}.`,
    ...(rows.length > 0 ? [table(rows.slice(0, OPEN_ROWS))] : []),
    ...(folded.length > 0 ? [details(`${rows.length - OPEN_ROWS} more`, table(folded))] : []),
    ...(unlisted > 0 ? [`${unlisted} more are in the log.`] : []),
    ...[advice(comparison)].filter((text) => text !== ''),
  ].join('\n\n')}\n`;
}

const fewerConfigurations = (comparison: AccuracyComparison): string[] => {
  const { committed, current } = comparison.configurations;
  const text = configurationsText(comparison);
  return text !== null && current < committed ? [text] : [];
};

const errorCommand = (file: string, line: number, message: string, word = 'removed'): string =>
  command('error', { file, line: String(line), title: `memproof check: ${word}` }, message);

/** The n-th `"estimator":` of the file is that of its n-th row: quotes inside a text are escaped in JSON. */
function linesOfRows({ text, rows }: CommittedFile): (row: BaselineRow) => number {
  const lines = [...text.matchAll(/"estimator"\s*:/g)].map(({ index }) => lineAt(text, index));
  const lineOfKey = new Map(rows.map((row, index) => [rowKey(row), lines[index] ?? 1]));
  return (row) => lineOfKey.get(rowKey(row)) ?? 1;
}

const lineOfConfigurations = (text: string): number => lineAt(text, Math.max(0, text.indexOf('"configurations"')));

/** From 1. */
const lineAt = (text: string, index: number): number => text.slice(0, index).split('\n').length;

const table = (rows: readonly FailingRow[]): string =>
  markdownTable(
    [left('row'), left('verdict'), left('what changed')],
    rows.map(({ committed, word, text }) => [code(rowText(committed)), word, escaped(text)]),
  );
