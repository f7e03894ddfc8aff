/** Hostile text is inert wherever a report shows it: an independent parser of each format sees text and nothing else. */
import { spawnSync } from 'node:child_process';
import { parse } from 'csv-parse/sync';
import { marked, type Token } from 'marked';
import { describe, expect, test } from 'vitest';
import { inert } from '../../src/cli/inert.ts';
import { comparisonsCsv } from '../../src/report/comparisonsCsv.ts';
import { JUDGEMENT_CSV_FILES } from '../../src/report/csvFiles.ts';
import { annotationsOf, stepSummaryOf } from '../../src/report/githubReport.ts';
import { jsonReport } from '../../src/report/jsonReport.ts';
import { markdownReport } from '../../src/report/markdownReport.ts';
import { plainCell } from '../../src/report/plainLine.ts';
import { VIEWS } from '../../src/report/views.ts';
import { HOSTILE, judgementWith } from './hostile.ts';

/** Whatever moves a cursor, changes a colour or turns the direction of reading. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
const OBEYED = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/;

const plain = (text: string): string => text;
const colours = { green: plain, red: plain, yellow: plain, bold: plain, dim: plain };

describe.each(HOSTILE)('%j', (text) => {
  const judgement = judgementWith(text);

  test('in Markdown: text in a cell, no element, no link, no image', () => {
    const markdown = markdownReport(judgement);
    expect(markdown).not.toMatch(OBEYED);
    const tokens = allTokens(marked.lexer(markdown, { gfm: true }));
    const own = /^(?:<details><summary>[^<]*<\/summary>|<\/details>|<br>)\s*$/;
    expect(tokens.filter(({ type, raw }) => type === 'html' && !own.test(raw))).toEqual([]);
    expect(
      tokens.filter(({ type }) => ['link', 'image', 'strong', 'em', 'del'].includes(type)).map(({ raw }) => raw),
    ).toEqual(
      ['**step-peak**'], // the heading above the table of formulas
    );
    const tables = tokens.filter(({ type }) => type === 'table') as unknown as {
      rows: unknown[][];
      header: unknown[];
    }[];
    expect(tables.length).toBeGreaterThan(3);
    for (const { rows, header } of tables) for (const row of rows) expect(row).toHaveLength(header.length);
    expect(markdown.match(/^\|.*\|$/gm)).toHaveLength(tables.reduce((sum, { rows }) => sum + rows.length + 2, 0));
    expect(stepSummaryOf(judgement)).toBe(markdown);
  });

  test('in annotations: one command a line, and no more of them', () => {
    const lines = annotationsOf(judgement).trimEnd().split('\n');
    expect(annotationsOf(judgement).replaceAll('\n', '')).not.toMatch(OBEYED);
    expect(lines.map((line) => line.match(/^::(error|notice) title=memproof%3A [a-z ]+::/)?.[1])).toEqual([
      'error', // the record that failed
      'notice', // the report
      'notice', // the record that ran out of memory
    ]);
  });

  test('in CSV: the cell comes back, with an apostrophe where a spreadsheet would compute', () => {
    const cell = plainCell(/^[=+\-@\t\r]/.test(text) ? `'${text}` : text);
    const rows = parse(comparisonsCsv(judgement.comparisons), { columns: true }) as Record<string, string>[];
    expect(new Set(rows.map((row) => row['violated_assumptions']))).toEqual(new Set([cell]));
    for (const { text: written } of JUDGEMENT_CSV_FILES)
      for (const value of (parse(written(judgement)) as string[][]).flat()) {
        expect(value).not.toMatch(/^[=+@\t\r]/);
        expect(value.replaceAll(/[\t\r]/g, '')).not.toMatch(OBEYED);
      }
  });

  test('in JSON: the same text, and nothing for a terminal to obey', () => {
    const json = [...jsonReport(judgement)].join('');
    expect(json).not.toMatch(OBEYED);
    expect(JSON.parse(json).formulas[0].title).toBe(text);
  });

  test('on a terminal and in a log of CI: no line is a command, no character is obeyed', () => {
    const screen = inert(
      Object.values(VIEWS)
        .map((view) => view(judgement, colours))
        .join('\n'),
    );
    for (const shown of [screen, inert(`memproof: ${text}\n`, false)]) {
      expect(shown.replaceAll('\u001b[31m', '')).not.toMatch(OBEYED);
      expect(shown).not.toMatch(/^\s*(?:::|##\[)/m);
    }
    expect(inert(`memproof: ${text}\n`, false)).not.toMatch(OBEYED);
  });
});

test('what is named is named by its number, and everything else stays', () => {
  expect(plainCell('a\u001b[31m\u202e\u009b b\t\r\nc 👩‍👩‍👧 é')).toBe(
    'a<U+001B>[31m<U+202E><U+009B> b\t\r\nc 👩‍👩‍👧 é',
  );
});

test('the colours of memproof pass, and no other sequence', () => {
  expect(inert('\u001b[1mbold\u001b[22m \u001b[8mhidden\u001b[0m')).toBe(
    '\u001b[1mbold\u001b[22m <U+001B>[8mhidden<U+001B>[0m',
  );
  expect(inert('\u001b[31mred\u001b[39m', false)).toBe('<U+001B>[31mred<U+001B>[39m');
});

const hasPython = spawnSync('python3', ['-c', 'import csv, json']).status === 0;

test.runIf(hasPython)("Python's csv module reads the same cells", () => {
  const code =
    'import csv, io, json, sys; print(json.dumps([list(csv.reader(io.StringIO(text, newline=""))) for text in json.load(sys.stdin)]))';
  const written = HOSTILE.map((text) => comparisonsCsv(judgementWith(text).comparisons));
  const { stdout } = spawnSync('python3', ['-c', code], { input: JSON.stringify(written), encoding: 'utf8' });
  expect(JSON.parse(stdout)).toEqual(written.map((text) => parse(text)));
});

function allTokens(tokens: readonly Token[]): Token[] {
  const all: Token[] = [];
  marked.walkTokens([...tokens], (token) => void all.push(token));
  return all;
}
