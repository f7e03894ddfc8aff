import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { unmeasuredRecord } from '../records/exampleRecord.ts';
import { memproof, temporaryFolder } from './memproof.ts';

const inRepository = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const QUICKSTART = inRepository('results/baselines/cpu/quickstart.jsonl');
const folder = temporaryFolder();

interface Claim {
  readonly id: string;
  readonly measured: { readonly claimed: number | string; readonly count: number } | null;
}
const claimsOf = (stdout: string): readonly Claim[] => JSON.parse(stdout).claims;

test('without records: every claim on the terminal, none measured', () => {
  const { exitCode, stdout, stderr } = memproof('audit');
  expect([exitCode, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(/wrong {2}feed-forward-count\n.*= 4,719,616"\n.*4,719,616 parameters\n/);
  expect(stdout).toContain('10^(1/α) = 10^(1/0.07) = 1.931e+14');
  expect(stdout).toContain('0 of them measured');
});

test('--json is one document; with the committed records it says where the peak is', () => {
  const without = memproof('audit', '--json');
  expect(without.exitCode).toBe(0);
  for (const { id, measured } of claimsOf(without.stdout)) expect([id, measured]).toEqual([id, null]);
  const { exitCode, stdout, stderr } = memproof('audit', '--json', '--records', QUICKSTART);
  expect([exitCode, stderr]).toEqual([0, '']);
  const measured = new Map(claimsOf(stdout).map((claim) => [claim.id, claim.measured]));
  expect(measured.get('peak-place')).toMatchObject({ claimed: 'backward, loss', count: 10, agreeing: 0 });
  expect(measured.get('feed-forward-formula')).toMatchObject({ count: 1, agreeing: 1 });
  expect(measured.get('steady-weights')).toMatchObject({ claimed: 4, count: 10, agreeing: 10 });
  expect(measured.get('inference-twice')).toBeNull();
  expect(measured.get('gpt3-size')).toBeNull();
});

test('several record files are read as one', () => {
  const both = memproof(
    'audit',
    '--json',
    '--records',
    QUICKSTART,
    inRepository('results/baselines/cpu/techniques.jsonl'),
  );
  expect(JSON.parse(both.stdout).recordCount).toBe(44);
});

test('--format md on stdout is the committed page', () => {
  const { exitCode, stdout } = memproof('audit', '--format', 'md', '--records', QUICKSTART);
  expect([exitCode, stdout]).toEqual([0, readFileSync(inRepository('docs/article-audit.md'), 'utf8')]);
});

test('--format csv on stdout', () => {
  const { exitCode, stdout } = memproof('audit', '--format', 'csv');
  expect([exitCode, stdout]).toEqual([0, expect.stringMatching(/^claim,section,quote,unit,printed,/)]);
});

test('with a folder the formats are files, and stdout has the text', () => {
  const output = join(folder, 'audit');
  const { exitCode, stdout, stderr } = memproof('audit', '--format', 'csv,md', '-o', output);
  expect([exitCode, stderr]).toEqual([0, expect.stringContaining('wrote')]);
  expect(readdirSync(output).sort()).toEqual(['article-audit.csv', 'article-audit.md']);
  expect(stdout).toContain('feed-forward-count');
});

const file = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

test.each([
  ['a format that there is not', ['--format', 'html'], 2, 'E_USAGE', 'csv, md'],
  ['two documents for one stdout', ['--format', 'csv,md'], 2, 'E_USAGE', '-o DIR'],
  ['JSON and a page for one stdout', ['--json', '--format', 'md'], 2, 'E_USAGE', '-o DIR'],
  ['--records without a file', ['--records'], 2, 'E_USAGE', 'records'],
  ['no such file', ['--records', join(folder, 'none.jsonl')], 2, 'E_FILE_UNREADABLE', 'none.jsonl'],
  [
    'a file of something else',
    ['--records', file('else.jsonl', '{"a": 1}\n{"b": 2}\n')],
    2,
    'E_RECORDS',
    'else.jsonl:1',
  ],
  ['records of nothing', ['--records', file('empty.jsonl', '')], 4, 'E_NOTHING_COMPARED', '0 records'],
  [
    'records that measured nothing',
    ['--records', file('failed.jsonl', `${JSON.stringify(unmeasuredRecord('failed'))}\n`)],
    4,
    'E_NOTHING_COMPARED',
    '1 records',
  ],
])('%s', (_name, args, exitCode, code, text) => {
  const ended = memproof('audit', ...args);
  expect(ended.stderr).toContain(code);
  expect(ended.stderr).toContain(text);
  expect(ended.stderr).toContain('→');
  expect(ended.exitCode).toBe(exitCode);
  if (!args.includes('--json')) expect(ended.stdout).toBe('');
});
