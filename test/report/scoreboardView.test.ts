import { describe, expect, test } from 'vitest';
import type { ComparisonRow } from '../../src/accuracy/compare.ts';
import { scoreboard } from '../../src/accuracy/score.ts';
import type { Ledger } from '../../src/records/quantity.ts';
import type { Colours } from '../../src/report/scoreboard.ts';
import { scoreboardView } from '../../src/report/scoreboardView.ts';
import { rowsOfLedgers, type ShownLedgers } from '../../src/report/shownLedgers.ts';
import { comparedRow } from '../accuracy/exampleEstimator.ts';
import { exampleConfig } from '../records/exampleRecord.ts';

const plain = (text: string): string => text;
const colours: Colours = { green: plain, red: plain, yellow: plain, bold: plain, dim: plain };
const view = (comparisons: ComparisonRow[], by: string[], shown: ShownLedgers = 'one'): string =>
  scoreboardView({ records: [], estimators: [], comparisons, accuracy: [], by, groupedAccuracy: [] }, colours, shown);

const read = (estimator: string, ...ledgers: Ledger[]) =>
  ledgers.map((ledger) => comparedRow(100, 100, { estimator, ledger }));

describe('the ledgers that are shown', () => {
  const rows = scoreboard([
    ...read('a', 'allocated', 'tensors', 'buffers', 'requested'),
    ...read('b', 'tensors', 'buffers', 'process'),
    ...read('c', 'process', 'tensors'),
    ...read('d', 'allocated'),
  ]);
  const shown = (choice: ShownLedgers) =>
    rowsOfLedgers(rows, choice).map(({ estimator, ledger }) => `${estimator} ${ledger}`);

  test('one for each formula, and no formula is hidden', () => {
    expect(shown('one')).toEqual(['a requested', 'b buffers', 'c tensors', 'd allocated']);
  });

  test('a formula is looked at by quantity and origin', () => {
    const other = comparedRow(100, 100, { estimator: 'a', quantity: 'weights', ledger: 'buffers' });
    const elsewhere = comparedRow(100, 100, { estimator: 'a', origin: 'elsewhere', ledger: 'tensors' });
    const board = rowsOfLedgers(scoreboard([...read('a', 'requested'), other, elsewhere]), 'one');
    expect(board.map(({ ledger }) => ledger)).toEqual(['buffers', 'tensors', 'requested']);
  });

  test('all, or one by name', () => {
    expect(rowsOfLedgers(rows, 'all')).toEqual(rows);
    expect(shown('process')).toEqual(['b process', 'c process']);
  });
});

describe('the text', () => {
  const rows = [
    comparedRow(90, 100, { configuration: exampleConfig({ batch: { size: 8 } }) }),
    comparedRow(50, 100, { configuration: exampleConfig({ batch: { size: 16 } }), ledger: 'requested' }),
  ];

  test('how to read it stands below, never wider than 100 columns', () => {
    const lines = view(rows, []).split('\n');
    expect(lines.slice(-4)).toEqual([
      expect.stringContaining('noise'),
      expect.stringContaining('matched'),
      expect.stringContaining('--ledger all'),
      '',
    ]);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(100);
    expect(view(rows, [], 'all')).not.toContain('--ledger');
  });

  test('one table per value of a key, the values of the key in order', () => {
    const text = view(rows, ['batch.size', 'model.layers'], 'all');
    expect(text.match(/^\S+ = .*$/gm)).toEqual(['batch.size = 8', 'batch.size = 16', 'model.layers = 2']);
    const [, eight = '', sixteen = ''] = text.split(/^batch\.size = .*$/m);
    expect([eight.includes('-10.00%'), eight.includes('-50.00%')]).toEqual([true, false]);
    expect([sixteen.split('model.layers')[0]?.includes('-10.00%'), sixteen.includes('-50.00%')]).toEqual([false, true]);
  });

  test('several origins are blocks of their own, a single one is not worth a word', () => {
    const elsewhere = comparedRow(30, 100, { origin: 'elsewhere' });
    expect(view([...rows, elsewhere], [])).toMatch(/^step-peak \(elsewhere\)\n.*-70\.00%/m);
    expect(view([...rows, elsewhere], [])).toMatch(/^step-peak \(memproof: tensorflow 2\.18\.0 on cpu\)$/m);
    expect(view(rows, [])).toMatch(/^step-peak in \w+$/m);
  });
});
