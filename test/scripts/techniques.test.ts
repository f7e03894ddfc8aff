import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { formulas } from '../../scripts/techniques/formulas.mjs';
import { page } from '../../scripts/techniques/page.mjs';
import { ONE_DEVICE } from '../../src/estimators/deployment.ts';
import { findEstimator } from '../../src/estimators/index.ts';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const SWEEPS = ['techniques', 'distillation', 'shards', 'inference'] as const;
const stored = (sweep: (typeof SWEEPS)[number]): string => read(`results/baselines/cpu/${sweep}.jsonl`);
const TEXT = read('docs/techniques.md');

test('docs/techniques.md is what the committed records say', () => {
  const stores = Object.fromEntries(SWEEPS.map((sweep) => [sweep, stored(sweep)])) as Record<
    (typeof SWEEPS)[number],
    string
  >;
  expect(page(stores, formulas(findEstimator, ONE_DEVICE))).toBe(TEXT);
});

test.each(SWEEPS)('the records of %s are of the committed sweep, all measured', (sweep) => {
  const { list } = JSON.parse(read(`bench/sweeps/${sweep}.json`));
  expect(stored(sweep).trim().split('\n')).toHaveLength(list.length);
});

test('each record of the sweep techniques is in exactly one table', () => {
  const others = /^## (The article's|Model parallelism|Pruning|Distillation|Inference)/;
  const sections = TEXT.split(/^(?=## )/m).filter((section) => !others.test(section));
  const rows = sections
    .join('')
    .split('\n')
    .filter((line) => line.startsWith('| ') && !/^\| (plain|configuration|---) \|/.test(line));
  expect(rows).toHaveLength(stored('techniques').trim().split('\n').length - 1);
});

test('shards on the ground of the paper differ from it by its neglected statistics alone', () => {
  const [, table = ''] = TEXT.split('As the paper counts');
  const rows = table.split('\n').filter((line) => line.startsWith('| t '));
  expect(rows).toHaveLength(8); // t = 1, 2, 4, 8, with and without selective recomputation
  for (const row of rows) expect(row.split('|').at(-2)?.trim()).toBe('0');
});
