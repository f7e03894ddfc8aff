/** The formats of a report, as a user asks for them. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import { readRecords } from '../../src/records/store.ts';
import { JUDGEMENT_CSV_FILES } from '../../src/report/csvFiles.ts';
import { reportId } from '../../src/report/reportId.ts';
import { VERSION } from '../../src/version.ts';
import { memproof, memproofIn, temporaryFolder } from './memproof.ts';

const RECORDS = fileURLToPath(new URL('../golden/report/records.jsonl', import.meta.url));
const folder = temporaryFolder();
const ID = reportId(readRecords(RECORDS).records);
const FEW = ['--estimator', 'tfjs-closed-form', '--estimator', 'article-as-printed'];
const report = (...args: string[]) => memproof('report', RECORDS, ...FEW, ...args);

test('a folder gets the CSV files, report.md and report.html; --format chooses others', () => {
  const out = join(folder, 'default');
  expect(report('-o', out).exitCode).toBe(0);
  expect(readdirSync(out).sort()).toEqual(
    [...JUDGEMENT_CSV_FILES.map(({ file }) => file), 'report.html', 'report.md'].sort(),
  );
  const chosen = join(folder, 'chosen');
  expect(report('-o', chosen, '--format', 'json,md').exitCode).toBe(0);
  expect(readdirSync(chosen).sort()).toEqual(['report.json', 'report.md']);
  expect(readFileSync(join(chosen, 'report.md'), 'utf8')).toBe(readFileSync(join(out, 'report.md'), 'utf8'));
});

test('without a folder a document is printed, to the same bytes, and nothing else', () => {
  const chosen = join(folder, 'chosen');
  for (const [format, file] of [
    ['md', 'report.md'],
    ['json', 'report.json'],
  ] as const) {
    const { exitCode, stdout } = report('--format', format);
    expect([exitCode, stdout]).toEqual([0, readFileSync(join(chosen, file), 'utf8')]);
  }
  expect(report('--json').stdout).toBe(readFileSync(join(chosen, 'report.json'), 'utf8'));
  expect(report('--format', 'md', '--json')).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('room for one'),
  });
});

test('the id is the last line on the screen, in the Markdown and in the JSON, from one file or two', () => {
  const lines = readFileSync(RECORDS, 'utf8').trimEnd().split('\n');
  const halves = lines.reverse().map((line, index) => {
    const file = join(folder, `half-${index}.jsonl`);
    writeFileSync(file, `${line}\n`);
    return file;
  });
  for (const { stdout } of [report(), memproof('report', ...halves, ...FEW)])
    expect(stdout.trimEnd().split('\n').at(-1)).toBe(`report ${ID}, memproof ${VERSION}`);
  const written = (file: string) => readFileSync(join(folder, 'chosen', file), 'utf8');
  expect(written('report.md')).toContain(`# memproof report ${ID}\n`);
  expect(JSON.parse(written('report.json')).reportId).toBe(ID);
});

describe('on a screen', () => {
  const shown = (variables: Record<string, string>, ...args: string[]) =>
    memproofIn({ variables }, 'report', RECORDS, ...FEW, ...args).stdout;

  test('colours where they are asked for, never against NO_COLOR, and only beside what the words say', () => {
    const plain = shown({});
    expect(stripVTControlCharacters(plain)).toBe(plain);
    const painted = shown({ FORCE_COLOR: '1' });
    expect(painted).not.toBe(plain);
    expect(stripVTControlCharacters(painted)).toBe(plain);
    expect(shown({ FORCE_COLOR: '1', NO_COLOR: '1' })).toBe(plain);
    expect(shown({ FORCE_COLOR: '1' }, '--no-color')).toBe(plain);
  });

  test('80 columns hold the scoreboard', () => {
    for (const line of shown({ COLUMNS: '80' }).split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });
});

describe('for GitHub', () => {
  test('in Actions: annotations on stderr, the report in the summary, the screen on stdout', () => {
    const GITHUB_STEP_SUMMARY = join(folder, 'summary.md');
    const variables = { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY };
    const out = join(folder, 'actions');
    const ended = memproofIn({ variables }, 'report', RECORDS, ...FEW, '--format', 'github,csv', '-o', out);
    expect(ended.stderr).toContain(`::notice title=memproof%3A report::memproof ${VERSION}, report ${ID}`);
    expect(ended.stdout).toContain('tfjs-closed-form');
    expect(readFileSync(GITHUB_STEP_SUMMARY, 'utf8')).toContain(`# memproof report ${ID}\n`);
    expect(existsSync(join(out, 'step-summary.md'))).toBe(false);
  });

  test('elsewhere: no annotations, and the summary where a document goes', () => {
    const { stdout, stderr } = report('--format', 'github');
    expect([stdout, stderr]).toEqual([readFileSync(join(folder, 'chosen', 'report.md'), 'utf8'), '']);
    report('--format', 'github', '-o', join(folder, 'elsewhere'));
    expect(readdirSync(join(folder, 'elsewhere'))).toEqual(['step-summary.md']);
  });
});

describe('records as a sweep', () => {
  test('the same configurations are planned, each once', () => {
    const twice = join(folder, 'twice.jsonl');
    writeFileSync(twice, readFileSync(RECORDS, 'utf8').repeat(2));
    const plan = JSON.parse(memproof('run', twice, '--dry-run', '--json').stdout);
    const ids = readRecords(RECORDS).records.map(({ configId }) => configId);
    expect(plan.map(({ configId }: { configId: string }) => configId)).toEqual(ids);
  });

  test('none of memproof is refused', () => {
    const empty = join(folder, 'empty.jsonl');
    writeFileSync(empty, '');
    expect(memproof('run', empty, '--dry-run')).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('E_SWEEP'),
    });
  });
});
