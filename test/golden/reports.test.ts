/** The reports of a small record file, as they are committed: who changes a report sees the change, and commits it on purpose. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { goldenReports } from '../../scripts/golden/reports.mjs';
import { judge } from '../../src/accuracy/judge.ts';
import { ESTIMATORS } from '../../src/estimators/index.ts';
import { readRecords } from '../../src/records/store.ts';
import { JUDGEMENT_CSV_FILES } from '../../src/report/csvFiles.ts';
import { DOCUMENTS } from '../../src/report/documents.ts';
import { annotationsOf } from '../../src/report/githubReport.ts';
import { scoreboardView } from '../../src/report/scoreboardView.ts';

const folder = fileURLToPath(new URL('./report/', import.meta.url));
const { records } = readRecords(`${folder}records.jsonl`);
const tools = { judge, ESTIMATORS, JUDGEMENT_CSV_FILES, DOCUMENTS, annotationsOf, scoreboardView };
const made = goldenReports(records, tools);

/** A browser and a review show this much. */
const MOST_BYTES = 60_000;

describe('the golden reports; `npm run update-golden` renews them', () => {
  test('are all there, and no others', () => {
    expect(readdirSync(folder).sort()).toEqual([...Object.keys(made), 'records.jsonl'].sort());
  });

  test.each(Object.entries(made))('%s', (name, text) => {
    expect(text).toBe(readFileSync(folder + name, 'utf8'));
    expect(Buffer.byteLength(text)).toBeLessThan(MOST_BYTES);
  });

  test('do not depend on the order of the records, but for the order of rows', () => {
    const reversed = goldenReports([...records].reverse(), tools);
    expect(reversed['terminal-80.txt']).toBe(made['terminal-80.txt']);
    expect(reversed['accuracy.csv']).toBe(made['accuracy.csv']);
    const idOf = (text = '') => JSON.parse(text).reportId;
    expect(idOf(reversed['report.json'])).toBe(idOf(made['report.json']));
  });

  test('no line of the terminal is wider than 80 columns', () => {
    for (const line of made['terminal-80.txt']?.split('\n') ?? []) expect(line.length).toBeLessThanOrEqual(80);
  });
});
