/** The terminal: where the product goes, and whether it may be coloured. */
import picocolors from 'picocolors';
import { fail, type MemproofError } from '../errors.ts';
import type { Colours } from '../report/scoreboard.ts';
import { WIDTH } from '../report/wrap.ts';
import { inert } from './inert.ts';
import { LiveLines } from './liveLines.ts';
import { pieces } from './pieces.ts';

export type { Colours };

/** Who reads may have seen enough (`| head -1`): the rest is dropped, and the command ends as it would have, with its own exit code. */
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });

/** stdout is the product and nothing else. A document as it is: whoever reads it escapes for the place where it is shown. */
export const print = (text: string): void => void process.stdout.write(text);

/** A product for people. */
export const printText = (text: string): void => print(inert(text));

/** A document that comes in pieces. */
export function printPieces(texts: Iterable<string>): void {
  for (const piece of pieces(texts)) print(piece);
}

/** Throws E_USAGE where a command is asked for two products. */
export function requireOneProduct({ json, csv }: { readonly json: boolean; readonly csv: boolean }): void {
  if (json && csv) throw fail('E_USAGE', { detail: '--json and --csv: stdout has room for one of them.' });
}

/** Colours on a terminal, or where FORCE_COLOR asks for them; picocolors alone would also colour what CI writes into a file. */
export function coloursFor(wanted: boolean): Colours {
  const shown = process.stdout.isTTY === true || process.env['FORCE_COLOR'] !== undefined;
  return picocolors.createColors(wanted && shown && picocolors.isColorSupported);
}

/** Narrower ones have lines broken by themselves; in wider ones nobody finds the end of a row. */
const WIDTHS = { least: 80, most: 160 } as const;

/** Columns of the terminal, or as COLUMNS says; what is written elsewhere keeps to the width of a page. */
export function terminalWidth(
  columns: number | undefined = process.stdout.columns,
  variables: Readonly<Record<string, string | undefined>> = process.env,
): number {
  const known = Number(variables['COLUMNS'] ?? columns);
  return Number.isSafeInteger(known) && known > 0 ? Math.min(Math.max(known, WIDTHS.least), WIDTHS.most) : WIDTH;
}

/** Left-aligned first column, right-aligned others. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ');
  return rows.map((row) => `${line(row).trimEnd()}\n`).join('');
}

/** Text in lines of at most 80 columns, each indented, those after the first by four more; a longer word stands alone. */
export function wrapped(text: string, indent = ''): string {
  const lines: string[] = [];
  let line = indent;
  for (const word of text.split(' ')) {
    if (line.trim() !== '' && line.length + 1 + word.length > 80) {
      lines.push(line);
      line = `${indent}    `;
    }
    line = line.trim() === '' ? `${line}${word}` : `${line} ${word}`;
  }
  return [...lines, line].map((each) => `${each}\n`).join('');
}

/** A title and what stands under it, after an empty line; nothing without lines. */
export const listText = (title: string, lines: readonly string[]): string =>
  lines.length === 0 ? '' : `\n${title}\n${lines.map((line) => wrapped(line, '  ')).join('')}`;

/** At the foot of the terminal where the story goes. */
export const LIVE = new LiveLines(process.stderr);

/** What happened and what to do about it, on stderr. */
export function tellError({ code, message, remedy }: MemproofError): void {
  LIVE.end();
  process.stderr.write(inert(`memproof: ${code}: ${message}\n  → ${remedy}\n`, false));
}
