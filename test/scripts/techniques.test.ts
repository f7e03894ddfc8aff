import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { page } from '../../scripts/techniques/page.mjs';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

test('docs/techniques.md is what the committed records say', () => {
  expect(page(read('results/baselines/cpu/techniques.jsonl'))).toBe(read('docs/techniques.md'));
});

test('the records are of the committed sweep, all measured, each in exactly one table', () => {
  const { list } = JSON.parse(read('bench/sweeps/techniques.json'));
  const lines = read('results/baselines/cpu/techniques.jsonl').trim().split('\n');
  expect(lines).toHaveLength(list.length);
  const rows = read('docs/techniques.md')
    .split('\n')
    .filter((line) => line.startsWith('| ') && !line.startsWith('| plain') && !/^\| (configuration|---)/.test(line));
  expect(rows).toHaveLength(list.length - 1);
});
