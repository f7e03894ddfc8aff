/** report.html on the command line: written, and read again as the records that it holds. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test } from 'vitest';
import { typedCommand } from '../../src/cli/reportPage.ts';
import { configId } from '../../src/config/configId.ts';
import { resolveConfig } from '../../src/config/resolve.ts';
import { parseAssignments } from '../../src/config/set.ts';
import { readRecords } from '../../src/records/store.ts';
import { recordLines } from '../../src/report/html/recordLines.ts';
import { memproof, temporaryFolder } from './memproof.ts';

const committed = (file: string): string => fileURLToPath(new URL(`../../results/${file}`, import.meta.url));
const RECORDS = [committed('baselines/cpu/quickstart.jsonl'), committed('published/bricken-2022.csv')];
const FEW = ['--estimator', 'tfjs-closed-form', '--estimator', 'bricken-2022'];

const folder = temporaryFolder();
const page = join(folder, 'first', 'report.html');

beforeAll(() => {
  const { exitCode } = memproof('report', ...RECORDS, ...FEW, '--format', 'html,csv', '-o', join(folder, 'first'));
  expect(exitCode).toBe(0);
});

test('a page is rendered again into the same tables, byte for byte', () => {
  expect(memproof('report', page, ...FEW, '--format', 'csv', '-o', join(folder, 'again')).exitCode).toBe(0);
  const tables = readdirSync(join(folder, 'again')).sort();
  expect(tables).toContain('comparisons.csv');
  for (const table of tables)
    expect(readFileSync(join(folder, 'again', table), 'utf8')).toBe(readFileSync(join(folder, 'first', table), 'utf8'));
});

test('a page is a list of configurations to measure again', () => {
  const { exitCode, stdout } = memproof('run', page, '--dry-run', '--json');
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout)).toHaveLength(10); // what others measured cannot be run
});

test('another page is refused, and so is one that was damaged', () => {
  const other = join(folder, 'other.html');
  writeFileSync(other, '<!doctype html><p>hello</p>');
  expect(memproof('report', other)).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('holds no records') });
  const damaged = join(folder, 'damaged.html');
  writeFileSync(damaged, readFileSync(page, 'utf8').replace('id="memproof-records">', 'id="memproof-records">AAAA'));
  expect(memproof('report', damaged)).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('damaged') });
});

test('a page needs a folder to be written into', () => {
  expect(memproof('report', page, '--format', 'html')).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('-o DIR'),
  });
});

test('the command in the page can be typed elsewhere: it has no path of this machine', () => {
  const words = [
    'report',
    '/home/me/work/a b.jsonl',
    '/secret/x.jsonl',
    '--map=/secret/m.json',
    '--set',
    'model.layers=1,2',
    "it's",
    '../../alice/secret.jsonl',
    '-o/home/alice/out',
  ];
  expect(typedCommand(words, '/home/me/work')).toBe(
    "npx memproof report 'a b.jsonl' x.jsonl --map=m.json --set model.layers=1,2 'it'\\''s' secret.jsonl -oout",
  );
});

const BASELINES = ['cpu', 'nvidia-h200'].flatMap((device) =>
  readdirSync(committed(`baselines/${device}`)).flatMap((file) =>
    file.endsWith('.jsonl') ? [`baselines/${device}/${file}`] : [],
  ),
);

test.each(BASELINES)('every command of %s is its configuration', (file) => {
  const { records } = readRecords(committed(file));
  const resolved = recordLines(records).map(({ command }) => {
    const [layer = {}] = parseAssignments((command ?? '').split(' --set ').slice(1));
    return configId(resolveConfig(layer));
  });
  expect(resolved).toEqual(records.map((record) => record.configId));
});

test('the command beside a configuration is that configuration, to its id', () => {
  const { records } = readRecords(committed('baselines/cpu/techniques.jsonl'));
  const keysOf = ({ command }: { command: string | null }): number => command?.split(' --set ').length ?? 0;
  const [oddest] = recordLines(records).sort((a, b) => keysOf(b) - keysOf(a));
  const [, , ...words] = oddest?.command?.split(' ') ?? [];
  const { exitCode, stdout } = memproof(...words, '--dry-run', '--json');
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject([{ configId: oddest?.configId }]);
});
