import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { expect, test } from 'vitest';
import { auditArticle } from '../../src/accuracy/audit/index.ts';
import { readRecords } from '../../src/records/store.ts';
import { auditCsv } from '../../src/report/auditCsv.ts';
import { auditMarkdown } from '../../src/report/auditMarkdown.ts';
import { auditText } from '../../src/report/auditText.ts';
import { exampleReading, measuredRecord } from '../records/exampleRecord.ts';

const plain = (text: string): string => text;
const NO_COLOURS = { green: plain, red: plain, yellow: plain, bold: plain, dim: plain };
const inRepository = (path: string): URL => new URL(`../../${path}`, import.meta.url);

const unmeasured = auditArticle();
const measured = auditArticle([
  measuredRecord([
    exampleReading(300, { peak: { phase: 'backward', kernel: 'Mul', component: 'head' } }),
    exampleReading(100, { quantity: 'weights', step: 0 }),
  ]),
]);

test('docs/article-audit.md is what the code makes of the committed records', () => {
  const { records } = readRecords(inRepository('results/baselines/cpu/quickstart.jsonl').pathname);
  expect(auditMarkdown(auditArticle(records))).toBe(readFileSync(inRepository('docs/article-audit.md'), 'utf8'));
});

test('the page has every claim in its table and as a section', () => {
  const page = auditMarkdown(measured);
  for (const { id } of measured.claims) {
    expect(page).toContain(`| [${id}](#${id}) |`);
    expect(page).toContain(`\n### ${id}\n`);
  }
  const rows = page.split('\n').filter((line) => line.startsWith('| ['));
  for (const row of rows) expect([row, row.split(' | ').length]).toEqual([row, 6]);
});

test('the terminal has every claim in at most 100 columns', () => {
  const text = auditText(measured, NO_COLOURS);
  for (const { id } of measured.claims) expect(text).toContain(`  ${id}\n`);
  for (const line of text.split('\n')) expect([line, line.length <= 100]).toEqual([line, true]);
  expect(text).toContain('peak of a training step ÷ weights: 3. The article: 4, exactly so in 0 of 1');
  expect(text).toContain('backward, head ×1. The article: backward, loss');
  expect(text).toContain('1 record: Example CPU (cpu), TensorFlow 2.18.0.');
});

test('units on the terminal are as asked for', () => {
  expect(auditText(unmeasured, NO_COLOURS, 'KiB')).toContain('5,898,240,000 bytes (5760000.0 KiB)');
});

test('without records every claim is not measured, wherever it is told', () => {
  const count = unmeasured.claims.length;
  const times = (text: string, words: string) => text.split(words).length - 1;
  expect(times(auditText(unmeasured, NO_COLOURS), 'measured not measured')).toBe(count);
  expect(times(auditMarkdown(unmeasured), 'not measured |')).toBe(count);
  const rows = parse(auditCsv(unmeasured), { columns: true }) as Record<string, string>[];
  expect(rows).toHaveLength(count);
  for (const row of rows) {
    const cells = Object.entries(row).filter(([name, cell]) => name.startsWith('measured_') && cell !== '');
    expect([row['claim'], cells]).toEqual([row['claim'], []]);
  }
});

test('article-audit.csv has plain numbers, and words where words were measured', () => {
  const rows = parse(auditCsv(measured), { columns: true }) as Record<string, string>[];
  const row = (claim: string) => rows.find((candidate) => candidate['claim'] === claim);
  expect(row('feed-forward-count')).toMatchObject({
    printed: '4719616',
    unit: 'parameters',
    rounded_to: '',
    derived: '4722432',
    error: '-2816',
    verdict: 'wrong',
    only_if: '',
  });
  expect(row('training-fourfold')).toMatchObject({
    verdict: 'right-only-if',
    measured_claimed: '4',
    measured_count: '1',
    measured_agreeing: '0',
    measured_smallest: '3',
    measured_largest: '3',
    measured_words: '',
  });
  expect(row('peak-phase')).toMatchObject({
    printed: '',
    measured_claimed: 'backward',
    measured_smallest: '',
    measured_words: 'backward: 1',
  });
});
