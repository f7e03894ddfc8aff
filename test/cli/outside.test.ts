import { copyFileSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'csv-parse/sync';
import { expect, test } from 'vitest';
import { memproof, temporaryFolder } from './memproof.ts';

const inRepository = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const published = (name: string): string => inRepository(`results/published/${name}`);
const folder = temporaryFolder();

test.each(['rees-2023', 'bricken-2022', 'mbridge', 'pytorch-saved-tensors', 'pytorch-peaks'])(
  'the accuracy of %s is the committed one',
  (name) => {
    const { exitCode, stdout } = memproof('check', published(`${name}.csv`));
    expect([exitCode, stdout]).toEqual([0, expect.stringMatching(/^ok: .* 0 changed, 0 removed, 0 added/)]);
  },
  120_000, // five seconds alone
);

test('a table is reported beside records of memproof, each origin by itself; the story is on stderr', () => {
  const records = inRepository('results/baselines/cpu/quickstart.jsonl');
  const out = join(folder, 'out');
  const { exitCode, stderr } = memproof(
    'report',
    records,
    published('rees-2023.csv'),
    '-o',
    out,
    '--estimator',
    'rees-2023',
  );
  expect([exitCode, stderr]).toEqual([
    0,
    expect.stringContaining('columns that the map does not read: predicted_steady_bytes'),
  ]);
  const rows: Record<string, string>[] = parse(readFileSync(join(out, 'comparisons.csv')), { columns: true });
  expect(new Set(rows.map((row) => row['origin']))).toEqual(
    new Set(['memproof: tensorflow 2.18.1 on cpu', 'PyTorch on an A100']),
  );
  const peak = rows.find(
    (row) => row['origin'] === 'PyTorch on an A100' && row['quantity'] === 'step-peak' && row['ledger'] === 'allocated',
  );
  const comparisons = join(out, 'comparisons.csv');
  expect(memproof('report', comparisons).stderr).toContain('E_OWN_OUTPUT');
  renameSync(comparisons, join(out, 'renamed.csv'));
  expect(memproof('report', join(out, 'renamed.csv')).stderr).toContain('E_OWN_OUTPUT');
  expect(peak).toMatchObject({
    measured_bytes: '23512798462',
    resolution_bytes: '536871',
    verdict: 'under',
    conditions: 'mask=fill-eq',
  });
  const readings: Record<string, string>[] = parse(readFileSync(join(out, 'measurements.csv')), { columns: true });
  expect(readings.filter((row) => row['outcome'] === 'external')).toHaveLength(5);
});

test('a ledger with which no formula is compared is said to be one', () => {
  const table = published('rees-2023.csv');
  const stderrOf = (ledger: string) => memproof('report', table, '--ledger', ledger).stderr;
  expect(stderrOf('process')).toContain('no formula is compared with the ledger process here; with allocated some are');
  expect(stderrOf('allocated')).not.toContain('no formula is compared');
});

test('a folder is read by its records.jsonl', () => {
  const results = join(folder, 'results');
  mkdirSync(results);
  const records = inRepository('results/baselines/cpu/quickstart.jsonl');
  copyFileSync(records, join(results, 'records.jsonl'));
  const report = (path: string) => memproof('report', path, '--estimator', 'rees-2023').stdout;
  expect(report(results)).toBe(report(records));
  const accuracy = join(results, 'records.accuracy.json');
  expect(memproof('check', results, '--update').stdout).toContain(`wrote ${accuracy}`);
  expect(memproof('check', results).stdout).toContain(`ok: accuracy against ${accuracy}`);
});

test('a table without a map is refused with the name that a map would have', () => {
  const table = join(folder, 'mine.csv');
  writeFileSync(table, 'a\n1\n');
  const { exitCode, stderr } = memproof('report', table);
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining('E_TABLE_WITHOUT_MAP')]);
  expect(stderr).toContain('mine.map.json');
});

test('--map without a table, and the same one for several', () => {
  const records = inRepository('results/baselines/cpu/quickstart.jsonl');
  const map = published('bricken-2022.map.json');
  expect(memproof('report', records, '--map', map)).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('--map is for tables'),
  });
  const copy = join(folder, 'again.csv');
  writeFileSync(
    copy,
    readFileSync(published('bricken-2022.csv'), 'utf8')
      .replace('gpt2-medium,1', 'gpt2-medium,2')
      .replace(/gpt2-small.*\n/g, ''),
  );
  const { stdout } = memproof(
    'report',
    published('bricken-2022.csv'),
    copy,
    '--map',
    map,
    '--estimator',
    'bricken-2022',
    '--json',
  );
  expect(JSON.parse(stdout).accuracy[0]).toMatchObject({ count: 4, origin: 'PyTorch on a GPU that is not named' });
});

test('the example of docs/outside.md works as it is printed', () => {
  const page = readFileSync(inRepository('docs/outside.md'), 'utf8');
  const block = (language: string): string => new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 's').exec(page)?.[1] ?? '';
  const table = join(folder, 'runs.csv');
  writeFileSync(table, block('csv'));
  writeFileSync(join(folder, 'runs.map.json'), block('json'));
  const { exitCode, stdout } = memproof('report', table, '--estimator', 'rees-2023');
  expect([exitCode, stdout]).toEqual([0, expect.stringContaining('step-peak')]);
});

test.each([
  ['no rows', (text: string) => text.split('\n', 1).join(), {}, 'no rows below the header'],
  ['no row that the filter lets through', (text: string) => text, { where: { model: ['t5'] } }, '3 of 3 rows left out'],
  [
    'a ledger that no formula speaks of',
    (text: string) => text,
    { readings: [{ quantity: 'step-peak', ledger: 'process', bytes: { column: 'measured_gb', unit: 'GB' } }] },
    '3 records, with numbers of the ledger process only, which no formula is compared with.',
  ],
])('nothing is compared of %s, and it says why', (name, change, more, words) => {
  const table = join(folder, `${name}.csv`);
  writeFileSync(table, change(readFileSync(published('bricken-2022.csv'), 'utf8')));
  const map = JSON.parse(readFileSync(published('bricken-2022.map.json'), 'utf8'));
  writeFileSync(join(folder, `${name}.map.json`), JSON.stringify({ ...map, ...more }));
  for (const verb of ['report', 'check']) {
    const { exitCode, stderr } = memproof(verb, table, '--quiet');
    expect([exitCode, stderr]).toEqual([4, expect.stringContaining('E_NOTHING_COMPARED')]);
    expect(stderr.replaceAll(/\s+/g, ' ')).toContain(words);
  }
});

test('a wrong cell is named by line and column', () => {
  const table = join(folder, 'wrong.csv');
  writeFileSync(table, readFileSync(published('bricken-2022.csv'), 'utf8').replace('13.4', 'about 13'));
  copyFileSync(published('bricken-2022.map.json'), join(folder, 'wrong.map.json'));
  const { exitCode, stderr } = memproof('report', table);
  expect([exitCode, stderr]).toEqual([
    2,
    expect.stringContaining('wrong.csv:4, column "measured_gb": "about 13" is no number of GB'),
  ]);
});
