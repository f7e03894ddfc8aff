/** The terminal: where the product goes, and whether it may be coloured. */
import picocolors from 'picocolors';
import { fail, type MemproofError } from '../errors.ts';
import type { Colours } from '../report/scoreboard.ts';

export type { Colours };

/** Who reads may have seen enough (`| head -1`): the rest is dropped, and the command ends as it would have, with its own exit code. */
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });

/** stdout is the product and nothing else. */
export const print = (text: string): void => void process.stdout.write(text);

/** Throws E_USAGE where a command is asked for two products. */
export function requireOneProduct({ json, csv }: { readonly json: boolean; readonly csv: boolean }): void {
  if (json && csv) throw fail('E_USAGE', { detail: '--json and --csv: stdout has room for one of them.' });
}

/** Colours on a terminal, or where FORCE_COLOR asks for them; picocolors alone would also colour what CI writes into a file. */
export function coloursFor(wanted: boolean): Colours {
  const shown = process.stdout.isTTY === true || process.env['FORCE_COLOR'] !== undefined;
  return picocolors.createColors(wanted && shown && picocolors.isColorSupported);
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

/** What happened and what to do about it, on stderr. */
export function tellError({ code, message, remedy }: MemproofError): void {
  process.stderr.write(`memproof: ${code}: ${message}\n  → ${remedy}\n`);
}
