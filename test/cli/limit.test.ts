/** The largest value that fits: as told by formulas, and as found by running out of memory. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { expect, test } from 'vitest';
import type { RunConfig } from '../../src/config/schema.ts';
import type { Limit } from '../../src/limit/limit.ts';
import { stepPeakBytes } from '../../src/limit/truth.ts';
import { isOwn } from '../../src/records/judged.ts';
import { readRecords } from '../../src/records/store.ts';
import { memproof, temporaryFolder } from './memproof.ts';

const folder = temporaryFolder();
const GIB = 2 ** 30;
const MIB = 2 ** 20;

function json(...args: string[]) {
  const { stdout, stderr, exitCode } = memproof(...args, '--json');
  expect([exitCode, stderr]).toEqual([0, '']);
  return JSON.parse(stdout);
}

test('GPT-2 small within 24 GiB: each formula keeps to what `estimate` says of the limit and of the next batch', () => {
  const formulas = ['tfjs-closed-form', 'rees-2023', 'gpu-poor', 'article-as-printed', 'megatron-theoretical-memory'];
  const only = formulas.flatMap((id) => ['--estimator', id]);
  const answer = json('limit', '--preset', 'gpt2-small', '--memory', '24GiB', ...only);
  expect(answer).toMatchObject({ vary: 'batch.size', memoryBytes: 24 * GIB });
  const { limits }: { limits: Limit[] } = answer;
  expect(limits.map(({ kind }) => kind)).toEqual(formulas.map(() => 'value'));
  const batches = limits.flatMap(({ value, next }) => [value, next?.value]);
  const estimates = json('estimate', '--preset', 'gpt2-small', '--set', `batch.size=${batches.join(',')}`, ...only);
  const estimated = (index: number, estimator: string): number =>
    estimates[index].predictions.find(
      (row: Record<string, unknown>) => row['estimator'] === estimator && row['quantity'] === 'step-peak',
    ).bytes;
  for (const [index, { estimator, bytes, next }] of limits.entries()) {
    expect([bytes, next?.bytes]).toEqual([estimated(2 * index, estimator), estimated(2 * index + 1, estimator)]);
    expect(bytes).toBeLessThanOrEqual(24 * GIB);
    expect(next?.bytes).toBeGreaterThan(24 * GIB);
  }
});

test('the text has 80 columns, the exact formula marked, and reasons once', () => {
  const { stdout, exitCode } = memproof('limit', '--preset', 'gpt2-small', '--memory', '24GiB', '--unit', 'MiB');
  expect(exitCode).toBe(0);
  expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  expect(stdout).toMatch(/^The largest batch.size within 24576.0 MiB: L12 B\? S1024/);
  expect(stdout).toMatch(/^\* tfjs-closed-form +\d+ +[\d.]+ MiB +[\d.]+ MiB {2}matched$/m);
  expect(stdout).toMatch(/^ {2}rees-2023 +\d+ /m);
  expect(stdout).toMatch(/^ {2}article-rules-of-thumb +all /m);
  expect(stdout.match(/It has no formula/g)).toHaveLength(1);
});

test('a grid gives one answer each; derived keys follow the sequence length', () => {
  const sizes = ['--set', 'model.layers=1,2', '--set', 'model.hiddenSize=64', '--set', 'model.heads=4'];
  const flags = ['--memory', '1.5GiB', '--vary', 'batch.sequenceLength', '--estimator', 'tfjs-closed-form'];
  const answers = json('limit', ...sizes, ...flags);
  expect(answers.map(({ configuration }: { configuration: RunConfig }) => configuration.model.layers)).toEqual([1, 2]);
  for (const { limits, configuration } of answers) {
    expect(configuration.model.maxPositions).toBe(configuration.batch.sequenceLength);
    expect(limits[0]).toMatchObject({ kind: 'value', exact: true });
  }
});

test('CSV has a row per formula, in bytes', () => {
  const { stdout } = memproof('limit', '--preset', 'gpt2-small', '--memory', '24GiB', '--csv');
  const rows: Record<string, string>[] = parse(stdout, { columns: true });
  const { limits } = json('limit', '--preset', 'gpt2-small', '--memory', '24GiB');
  expect(rows.map(({ estimator }) => estimator)).toEqual(limits.map((each: Limit) => each.estimator));
  expect(rows[0]).toMatchObject({
    ...{ vary: 'batch.size', memory_bytes: String(24 * GIB), 'batch.size': '1', true_limit: '', verdict: '' },
    ...{ limit: String(limits[0].value), limit_bytes: String(limits[0].bytes) },
  });
});

test('where nothing fits, that is the answer and no error', () => {
  const { stdout, exitCode } = memproof('limit', '--preset', 'gpt2-xl', '--memory', '1MiB');
  expect(exitCode).toBe(0);
  expect(stdout).toContain('not even the smallest value fits');
  const { limits } = json('limit', '--preset', 'gpt2-xl', '--memory', '1MiB', '--estimator', 'rees-2023');
  expect(limits).toMatchObject([{ kind: 'none', value: null, bytes: null, next: { value: 1 } }]);
});

test.each([
  ['no memory', [], 'E_USAGE', 'memory'],
  ['a unit that is none', ['--memory', '24GB'], 'E_USAGE', 'GiB'],
  ['no memory at all', ['--memory', '0'], 'E_USAGE', 'above 0'],
  ['no number', ['--memory', 'much'], 'E_USAGE', '"much"'],
  ['a part of a byte', ['--memory', '0.3B'], 'E_USAGE', '0.3B'],
  ['two memories', ['--memory', '1GiB', '--memory', '2GiB'], 'E_USAGE', '--memory'],
  ['a key that nobody varies', ['--memory', '1GiB', '--vary', 'batch.sizes'], 'E_UNKNOWN_NAME', 'batch.sequenceLength'],
  ['CSV and JSON', ['--memory', '1GiB', '--csv', '--json'], 'E_USAGE', 'room for one'],
  ['records of nothing', ['--memory', '1GiB', '-o', 'x'], 'E_USAGE', '--bisect'],
  ['a wrong configuration', ['--memory', '1GiB', '--set', 'model.heads=7'], 'E_CONFIG', 'model.hiddenSize'],
  ['a limit of half a MiB', ['--memory', '1.5KiB', '--bisect'], 'E_USAGE', 'whole MiB'],
  ['no limit to set', ['--memory', '1GiB', '--bisect', '--backend', 'javascript'], 'E_USAGE', 'tensorflow'],
  [
    'what cannot be run',
    ['--memory', '1GiB', '--bisect', '--set', 'model.attention=fused'],
    'E_NOT_BUILDABLE',
    'fused',
  ],
  [
    'no limit of malloc',
    ['--memory', '1GiB', '--bisect', '--set', 'runtime.allocator=malloc'],
    'E_NOT_BUILDABLE',
    'bfc',
  ],
])('%s: one error with its remedy', (_, args, code, text) => {
  const { exitCode, stderr, stdout } = memproof('limit', ...args, '--device', 'cpu');
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining(`memproof: ${code}:`)]);
  expect(stderr).toContain(text);
  expect(stderr).toContain('→');
  if (!args.includes('--json')) expect(stdout).toBe('');
});

test('--bisect runs into the limit, judges by it, and measures nothing twice', () => {
  const wary = join(folder, 'wary.mjs');
  writeFileSync(
    wary,
    `export default {
      id: 'wary', predicts: [{ quantity: 'step-peak', ledgers: ['allocated'] }],
      predict: ({ batch }) => ({ 'step-peak': { kind: 'bytes', total: batch.size * 2 ** 23 } }),
    };`,
  );
  const sizes = { 'model.layers': 2, 'model.hiddenSize': 64, 'model.heads': 4, 'model.vocabularySize': 200 };
  const set = Object.entries({ ...sizes, 'batch.sequenceLength': 32 }).flatMap(([key, size]) => [
    '--set',
    `${key}=${size}`,
  ]);
  const sets = [wary, 'shape-engine', 'allocator-model', 'article-as-printed'];
  const formulas = sets.flatMap((name) => ['--estimator', name]);
  const args = ['limit', ...set, ...formulas, '--memory', '30MiB', '--bisect', '--device', 'cpu', '-o', folder];
  const { stdout, stderr, exitCode } = memproof(...args, '--json');
  expect([exitCode, stderr]).toEqual([0, expect.stringContaining('where allocator-model has the limit')]);
  const { truth, tally, limits, memoryBytes } = JSON.parse(stdout);
  const records = readRecords(join(folder, 'records.jsonl')).records.filter(isOwn);
  const recordAt = (size: number) => records.find(({ configuration }) => configuration.batch.size === size);
  expect(truth).toMatchObject({ memoryLimitMiB: 30, next: truth.value + 1, failure: null });
  expect([recordAt(truth.value)?.outcome, recordAt(truth.next)?.outcome]).toEqual(['measured', 'out-of-memory']);
  for (const { configuration } of records) expect(configuration.runtime.memoryLimitMiB).toBe(30);

  const of = (id: string) => limits.find((each: Limit) => each.estimator === id);
  expect(of('wary')).toMatchObject({ value: Math.floor((30 * MIB) / 2 ** 23), consequence: { verdict: 'too-low' } });
  const ran = recordAt(of('wary').value);
  const peakBytes = ran === undefined ? null : stepPeakBytes(ran);
  expect(of('wary').consequence).toMatchObject({ peakBytes, unusedBytes: memoryBytes - (peakBytes ?? Number.NaN) });
  expect(of('article-as-printed').value).toBeGreaterThan(truth.value);
  expect(of('article-as-printed').consequence.verdict).toBe('too-high');
  // Of what is requested not a byte is missing, so a batch above its limit never runs; below it fragments may decide.
  expect(of('shape-engine').value).toBeGreaterThanOrEqual(truth.value);
  expect(of('allocator-model')).toMatchObject({ value: truth.value, exact: true, consequence: { verdict: 'right' } });
  expect(tally.failedCalls + tally.tooLow + tally.right).toBe(sets.length);

  const again = memproof(...args);
  expect([again.exitCode, again.stderr]).toEqual([0, expect.not.stringContaining('ten seconds')]);
  expect(readRecords(join(folder, 'records.jsonl')).records).toHaveLength(records.length);
  expect(again.stdout).toContain(`batch.size = ${truth.value} runs, ${truth.next} is out of memory.`);
  expect(again.stdout).toMatch(/^failed calls \d of 4/m);
  expect(Math.max(...again.stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
}, 180_000);
