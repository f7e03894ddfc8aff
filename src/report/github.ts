/** What GitHub Actions shows of a check: annotations at the rows that fail, and a summary of one screen. Pure. */
import { type AccuracyComparison, isFailing } from '../accuracy/baseline/changes.ts';
import { type BaselineRow, rowKey, rowText } from '../accuracy/baseline/row.ts';
import { advice, configurationsText, countsText, type FailingRow, failingRows } from './accuracyChanges.ts';

/** GitHub keeps ten annotations of each type per step and drops the rest without a word (`_maxIssueCount` of actions/runner). */
const MOST_ANNOTATIONS = 10;
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
    ...(folded.length > 0
      ? [`<details><summary>${rows.length - OPEN_ROWS} more</summary>`, table(folded), '</details>']
      : []),
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

function command(name: 'error' | 'warning', properties: Readonly<Record<string, string>>, message: string): string {
  const pairs = Object.entries(properties).map(([key, value]) => `${key}=${escapeProperty(value)}`);
  return `::${name} ${pairs.join(',')}::${escapeData(message)}`;
}

/** As actions/toolkit escapes what stands after the second `::` … */
const escapeData = (text: string): string =>
  text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');

/** … and what stands before it, where colon and comma separate. */
const escapeProperty = (text: string): string => escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');

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
  [['row', 'verdict', 'what changed'], ['---', '---', '---'], ...rows.map(cells)]
    .map((line) => `| ${line.join(' | ')} |`)
    .join('\n');

const cells = ({ committed, word, text }: FailingRow): string[] => [
  code(rowText(committed)),
  word,
  escapeMarkdown(text),
];

/** In backquotes, where only these and a table's own bar could end it. */
const code = (text: string): string => `\`${text.replace(/[`\r\n]/g, ' ').replaceAll('|', '\\|')}\``;

const escapeMarkdown = (text: string): string => text.replace(/[\\`*_[\]<>|]/g, '\\$&').replace(/[\r\n]+/g, ' ');
