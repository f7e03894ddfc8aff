import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { memproof, temporaryFolder, writeJson } from './memproof.ts';

const baselines = fileURLToPath(new URL('../../results/baselines/cpu/', import.meta.url));
const records = join(baselines, 'quickstart.jsonl');
const committed = JSON.parse(readFileSync(join(baselines, 'quickstart.accuracy.json'), 'utf8'));
const folder = temporaryFolder();

test('the committed records have the committed accuracy', () => {
  const { exitCode, stdout } = memproof('check', records);
  expect([exitCode, stdout]).toEqual([0, expect.stringMatching(/^ok: .* 0 worse, 0 removed, 0 better, 0 added/)]);
});

test('the committed quickstart is exact where it must be', () => {
  const exact = committed.rows.filter((row: { estimator: string }) => row.estimator === 'tfjs-closed-form');
  expect(exact).toHaveLength(7 * 2);
  for (const row of exact) expect([row.quantity, row.ledger, row.exactCount]).toEqual([row.quantity, row.ledger, 10]);
});

test('a formula that was better when it was committed fails with 1 and is named', () => {
  const better = structuredClone(committed);
  const row = better.rows.find((candidate: { estimator: string }) => candidate.estimator === 'rees-2023');
  row.worstErrorRatio *= 0.99;
  const { exitCode, stdout } = memproof('check', records, '--baseline', writeJson(folder, 'better.json', better));
  expect(exitCode).toBe(1);
  expect(stdout).toContain(`worse: rees-2023 ${row.quantity}`);
});

test('a comparison that is gone fails with 1', () => {
  const more = structuredClone(committed);
  more.rows.push({ ...more.rows[0], estimator: 'gone-2020' });
  const { exitCode, stdout } = memproof('check', records, '--baseline', writeJson(folder, 'more.json', more));
  expect([exitCode, stdout]).toEqual([1, expect.stringContaining('removed: gone-2020')]);
});

test('a deleted record fails with 1', () => {
  const fewer = join(folder, 'fewer.jsonl');
  writeFileSync(fewer, readFileSync(records, 'utf8').split('\n').slice(1).join('\n'));
  const { exitCode } = memproof('check', fewer, '--baseline', join(baselines, 'quickstart.accuracy.json'));
  expect(exitCode).toBe(1);
});

test('the accuracy of another device is refused with 3', () => {
  const other = writeJson(folder, 'gpu.json', { ...committed, device: 'gpu' });
  const { exitCode, stderr } = memproof('check', records, '--baseline', other);
  expect([exitCode, stderr]).toEqual([3, expect.stringContaining('E_OTHER_DEVICE')]);
});

test('--update writes the file that --check then accepts', () => {
  const file = join(folder, 'new.accuracy.json');
  expect(memproof('check', records, '--baseline', file).exitCode).toBe(2);
  expect(memproof('check', records, '--baseline', file, '--update').exitCode).toBe(0);
  expect(memproof('check', records, '--baseline', file).exitCode).toBe(0);
});
