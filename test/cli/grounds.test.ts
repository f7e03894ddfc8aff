/** Sweeps that name formulas: what is measured besides what was asked for, and what becomes of it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { expect, test } from 'vitest';
import type { RunConfig } from '../../src/config/schema.ts';
import { ENTRY, memproof, TINY_SWEEP, temporaryFolder, writeJson } from './memproof.ts';

const folder = temporaryFolder();
const sweepWith = (matched: readonly string[]): string =>
  writeJson(folder, `${matched.join('-')}.json`, { ...TINY_SWEEP, list: [{}], matched });
const planned = (...args: string[]): RunConfig[] =>
  JSON.parse(memproof('run', ...args, '--dry-run', '--json').stdout).map(
    ({ configuration }: { configuration: RunConfig }) => configuration,
  );

test('--dry-run lists what was asked for and the ways to the grounds, shared steps once; --set changes all', () => {
  const plan = planned(sweepWith(['vram-calculator', 'ultrascale-playbook']), '--set', 'batch.size=4');
  const keysOf = ({ model, step, batch }: RunConfig) => [
    batch.size,
    model.dropout,
    step.savedTensors,
    step.backward,
    step.gradients,
  ];
  expect(plan.map(keysOf)).toEqual([
    [4, 0, 'autodiff', 'retaining', 'freed'],
    [4, 0.1, 'autodiff', 'retaining', 'freed'],
    [4, 0.1, 'minimal', 'retaining', 'freed'],
    [4, 0.1, 'minimal', 'freeing', 'freed'],
    [4, 0.1, 'minimal', 'freeing', 'kept'], // the last of both: the second formula needs a tied head, which is there
  ]);
});

test('on the screen each step says what is other than was asked for, and for whom', () => {
  const { stdout } = memproof('run', sweepWith(['vram-calculator', 'ultrascale-playbook']), '--dry-run');
  const steps = stdout
    .split(/\n(?! )/)
    .map((step) => step.split('\n').slice(1).join(' ').replaceAll(/ +/g, ' ').trim());
  const both = '(for vram-calculator, ultrascale-playbook)';
  expect(steps).toEqual([
    '', // the heading
    '', // what was asked for
    `model.dropout 0.1 ${both}`,
    `model.dropout 0.1, step.savedTensors minimal ${both}`,
    `model.dropout 0.1, step.savedTensors minimal, step.backward freeing ${both}`,
    `model.dropout 0.1, step.savedTensors minimal, step.backward freeing, step.gradients kept ${both}`,
    '',
  ]);
  for (const line of stdout.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80);
});

test('a key that --set gives is where the ways begin, not what they may not change', () => {
  const plan = planned(
    sweepWith(['bricken-2022']),
    '--set',
    'model.tiedEmbedding=false',
    '--set',
    'model.feedForwardSize=64',
  );
  expect(plan.map(({ model, step }) => [model.tiedEmbedding, step.savedTensors])).toEqual([
    [false, 'autodiff'],
    [false, 'minimal'],
    [true, 'minimal'],
  ]);
});

test('a formula that nobody knows is refused: file, key, those that are known and how to bring one', () => {
  const { exitCode, stderr } = memproof('run', sweepWith(['bricken-2022', 'rees-2032']), '--dry-run');
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining('matched.1: there is no formula "rees-2032"')]);
  for (const words of ['bricken-2022-rees-2032.json', 'rees-2023', '--estimator ./own-formula.mjs'])
    expect(stderr).toContain(words);
});

test('a formula from a file can be named where --estimator brings it', () => {
  const file = join(ENTRY, '../../../docs/own-formula.mjs');
  const sweep = sweepWith(['sixteen-bytes']);
  expect(memproof('run', sweep, '--dry-run').stderr).toContain('"sixteen-bytes"');
  const plan = planned(
    sweep,
    '--estimator',
    file,
    '--set',
    'step.optimizer=sgd',
    '--set',
    'step.precision=mixed-float16',
  );
  expect(plan.map(({ step }) => [step.optimizer, step.precision])).toEqual([
    ['sgd', 'mixed-float16'],
    ['adam', 'mixed-float16'],
    ['adam', 'float32'],
  ]);
});

test('on the committed records the parts of every error add up to it, and nothing that was asked for is left whole', () => {
  const records = join(ENTRY, '../../../results/baselines/cpu/grounds.jsonl');
  const output = join(folder, 'committed');
  const formulas = ['rees-2023', 'korthikanti-2022', 'ultrascale-playbook', 'bricken-2022'];
  const flags = formulas.flatMap((id) => ['--estimator', id]);
  const { exitCode, stdout } = memproof('report', records, ...flags, '-o', output, '--show', 'grounds');
  expect(exitCode).toBe(0);
  expect(stdout).not.toContain('Not split');

  const rowsOf = (file: string): Record<string, string>[] =>
    parse(readFileSync(join(output, file), 'utf8'), { columns: true });
  const keyOf = (row: Record<string, string>) =>
    [row['configId'], row['quantity'], row['ledger'], row['estimator']].join(' ');
  const errors = new Map(
    rowsOf('comparisons.csv').flatMap((row) =>
      row['component'] === 'total' && row['error_bytes'] !== '' ? [[keyOf(row), Number(row['error_bytes'])]] : [],
    ),
  );
  const sums = new Map<string, number>();
  for (const row of rowsOf('grounds.csv')) {
    sums.set(keyOf(row), (sums.get(keyOf(row)) ?? 0) + Number(row['error_bytes']));
    if (row['part'] === 'formula-error')
      expect(row['error_bytes']).toBe(
        String(errors.get(keyOf({ ...row, configId: row['from_configId'] ?? '' }))), // the error on the ground
      );
  }
  expect(sums.size).toBeGreaterThan(1000);
  for (const [key, sum] of sums) expect([key, sum]).toEqual([key, errors.get(key)]);
});
