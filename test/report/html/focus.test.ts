/** What the page says first, of committed measurements. */
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { judge } from '../../../src/accuracy/judge.ts';
import { ESTIMATORS } from '../../../src/estimators/index.ts';
import { readRecords } from '../../../src/records/store.ts';
import { drawnFormulas, focusesOf } from '../../../src/report/html/focus.ts';
import { verdict } from '../../../src/report/html/headline.ts';
import { mostTelling } from '../../../src/report/html/waterfall.ts';
import { methodsOf } from '../../../src/report/methods.ts';

const committed = fileURLToPath(new URL('../../../results/baselines/cpu/quickstart.jsonl', import.meta.url));
const { records } = readRecords(committed);
const facts = methodsOf(judge(records, [])).facts;

test('the step peak comes first, the exact formula before all others', () => {
  const [focus, ...others] = focusesOf(judge(records, ESTIMATORS));
  expect(focus?.quantity).toBe('step-peak');
  expect(focus?.ranked[0]).toMatchObject({ estimator: 'tfjs-closed-form', exactCount: 10, count: 10 });
  expect(others.map(({ quantity }) => quantity)).toContain('activations');
  expect(focus && drawnFormulas(focus)).toHaveLength(7);
  expect(verdict(focus, facts)).toMatch(
    /^For step-peak in the ledger requested, tfjs-closed-form \(exact to the byte\) can be trusted\./,
  );
});

test('where none is within the band, the page says so and names the nearest', () => {
  const published = ESTIMATORS.filter(({ id }) => id !== 'tfjs-closed-form');
  const [focus] = focusesOf(judge(records, published));
  expect(verdict(focus, facts)).toMatch(
    /no formula stays within ±5\u00a0% of what was measured\. The nearest is \S+: −/,
  );
});

test('where nothing was compared, it says that', () => {
  expect(focusesOf(judge(records, []))).toEqual([]);
  expect(verdict(undefined, facts)).toBe('No formula says anything of what was measured.');
});

test('where others measured, too, the page says whom it speaks of', () => {
  const [first, ...rest] = records;
  if (first?.outcome !== 'measured') throw new Error('not measured');
  const { environment } = first;
  const elsewhere = { ...first, environment: { ...environment, tensorflow: '2.99.0' } };
  const [focus] = focusesOf(judge([elsewhere, ...rest], ESTIMATORS));
  expect(focus?.configurations).toBe(rest.length);
  expect(verdict(focus, facts)).toContain('(memproof: tensorflow 2.18.1 on cpu)');
});

test('a formula that can be trusted is drawn, however seldom it was compared', () => {
  const [focus] = focusesOf(judge(records, ESTIMATORS));
  if (focus === undefined) throw new Error('nothing was compared');
  const ranked = focus.ranked.map((row) => (row.estimator === 'tfjs-closed-form' ? { ...row, count: 1 } : row));
  expect(drawnFormulas({ ...focus, ranked })[0]).toBe('tfjs-closed-form');
});

test('where a quantity is known of a few only, the page says of how many', () => {
  const [focus] = focusesOf(judge(records, ESTIMATORS));
  expect(verdict(focus, { ...facts, configurations: 44 })).toMatch(
    /^For step-peak, known of 10 of them, in the ledger/,
  );
  expect(verdict(undefined, { ...facts, outcomes: { 'out-of-memory': 3 } })).toBe('None of them has readings.');
});

test('the ledgers are those of the record in which most counted, and of these the largest', () => {
  const [first, ...rest] = records.filter((record) => record.outcome === 'measured');
  if (first === undefined) throw new Error('not measured');
  const fewer = { ...first, reconciliation: first.reconciliation.filter(({ from }) => from === 'tensors') };
  const peak = ({ readings }: typeof first) =>
    readings.find(({ quantity, ledger }) => quantity === 'step-peak' && ledger === 'buffers')?.bytes ?? 0;
  const largest = rest.reduce((best, record) => (peak(record) > peak(best) ? record : best));
  expect(mostTelling([...rest, fewer], 'step-peak')?.configId).toBe(largest.configId);
});
