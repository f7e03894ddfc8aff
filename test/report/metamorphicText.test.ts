import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { judgeLaws, type LawRow } from '../../src/accuracy/metamorphic/judgeLaws.ts';
import { LAWS } from '../../src/accuracy/metamorphic/laws.ts';
import { ESTIMATORS } from '../../src/estimators/index.ts';
import { measurementRecordSchema } from '../../src/records/measurement.ts';
import { metamorphicCsv } from '../../src/report/metamorphicCsv.ts';
import { metamorphicText } from '../../src/report/metamorphicText.ts';
import type { Colours } from '../../src/report/scoreboard.ts';

const plain = (text: string): string => text;
const PLAIN: Colours = { green: plain, red: plain, yellow: plain, bold: plain, dim: plain };

/** Twice the heads, predicted to cost nothing and measured to cost 100. */
const row = (more: Partial<LawRow> = {}): LawRow => ({
  law: 'heads',
  configId: '0123456789ab',
  quantity: 'activations',
  ledger: 'requested',
  estimator: 'mine',
  verdict: 'fail',
  tested: 'activations(heads × 2) − activations(base)',
  leastBytes: 64,
  mostBytes: null,
  predictedBytes: 0,
  measuredBytes: 1100,
  match: 'matched',
  violatedAssumptions: [],
  reason: null,
  ...more,
});
const obeyed = row({ configId: 'ba9876543210', verdict: 'pass', predictedBytes: 64, measuredBytes: 300 });
const MINE = { id: 'mine' };

const cellsOf = (text: string, id: string): string[] =>
  (text.split('\n').find((line) => line.startsWith(`${id} `)) ?? '').split(/ +/).slice(1);
const cellAt = (text: string, id: string, law: string): string | undefined =>
  cellsOf(text, id)[LAWS.findIndex((entry) => entry.id === law)];

describe('the table', () => {
  test('one cell per formula and law', () => {
    const rows = [
      row(),
      row({ estimator: 'other', match: 'away' }),
      row({ estimator: 'third', verdict: 'pass' }),
      row({ estimator: 'fourth', verdict: 'not-applicable', reason: 'says nothing of activations' }),
    ];
    const text = metamorphicText(
      rows,
      ['mine', 'other', 'third', 'fourth'].map((id) => ({ id })),
      PLAIN,
    );
    expect(['mine', 'other', 'third', 'fourth'].map((id) => cellAt(text, id, 'heads'))).toEqual([
      'NO',
      'no',
      'ok',
      '-',
    ]);
    expect(cellsOf(text, 'mine')).toHaveLength(LAWS.length);
    expect(cellAt(text, 'mine', 'dropout')).toBe('-');
  });

  test('the legend has every law with its statement and what was measured', () => {
    const text = metamorphicText([row(), obeyed], [MINE, { id: 'other' }], PLAIN);
    const words = text.replaceAll(/\s+/g, ' ');
    for (const [index, law] of LAWS.entries()) expect(words).toContain(`${index + 1} ${law.id} ${law.statement}`);
    expect(words).toContain('in every layer. measured: activations 300 to 1,100');
    expect(words).toContain('not measured here');
  });

  test('never wider than 100 columns', () => {
    const long = 'a-name-of-a-formula-that-goes-on-'.repeat(5);
    const rows = [row({ estimator: long, violatedAssumptions: Array(40).fill('assumption'), match: 'away' })];
    for (const estimators of [[{ id: long }], [{ id: long }, MINE]]) {
      const lines = metamorphicText(rows, estimators, PLAIN).split('\n');
      expect(
        Math.max(...lines.filter((line) => !line.startsWith(long)).map((line) => line.length)),
      ).toBeLessThanOrEqual(100);
    }
  });

  test('colours change nothing but colour', () => {
    const tag = (name: string) => (text: string) => `<${name}>${text}</${name}>`;
    const colours = { green: tag('g'), red: tag('r'), yellow: tag('y'), bold: tag('b'), dim: tag('d') };
    const rows = [row(), row({ estimator: 'other', match: 'away' })];
    const estimators = [MINE, { id: 'other' }];
    const coloured = metamorphicText(rows, estimators, colours);
    expect(coloured.replaceAll(/<.*?>/g, '')).toBe(metamorphicText(rows, estimators, PLAIN));
    expect(coloured).toContain('<r> NO</r>');
    expect(coloured).toContain('<y> no</y>');
  });

  test('nothing judged is said', () => {
    const text = 'No law has all its configurations among these records.\n';
    expect(metamorphicText([], [MINE], PLAIN)).toBe(text);
    expect(metamorphicText([row({ verdict: 'not-applicable' })], [MINE], PLAIN)).toBe(text);
  });
});

describe('one formula alone', () => {
  test('what it breaks, in sentences', () => {
    const words = metamorphicText([row(), obeyed], [MINE], PLAIN).replaceAll(/\s+/g, ' ');
    expect(words).toContain('mine obeys 0 and breaks 1 of the 1 laws that it speaks of.');
    expect(words).toContain(
      'At 1 of 2 bases, as 0123456789ab: activations(heads × 2) − activations(base) is 0 by the formula, at least 64 by the law, and was measured as 1,100.',
    );
  });

  test('an exact law says its number, and an assumption that does not hold is named', () => {
    const exact = row({ leastBytes: 64, mostBytes: 64, match: 'away', violatedAssumptions: ['fused-attention'] });
    const words = metamorphicText([exact], [MINE], PLAIN).replaceAll(/\s+/g, ' ');
    expect(words).toContain('At 1 of 1 base, as 0123456789ab (away: fused-attention):');
    expect(words).toContain('is 0 by the formula, 64 by the law');
  });
});

test('metamorphic.csv: numbers, or the reason why there are none', () => {
  const silent = row({ verdict: 'not-applicable', predictedBytes: null, reason: 'says nothing of activations' });
  const away = row({ match: 'away', violatedAssumptions: ['a', 'b'], leastBytes: -64, mostBytes: -64 });
  expect(metamorphicCsv([away, silent]).split('\n')).toEqual([
    'law,configId,quantity,ledger,estimator,verdict,tested,least_bytes,most_bytes,predicted_change_bytes,measured_change_bytes,match,violated_assumptions,reason',
    'heads,0123456789ab,activations,requested,mine,fail,activations(heads × 2) − activations(base),-64,-64,0,1100,away,a;b,',
    'heads,0123456789ab,activations,requested,mine,not-applicable,activations(heads × 2) − activations(base),64,,,1100,matched,,says nothing of activations',
    '',
  ]);
});

describe('docs/metamorphic.md', () => {
  const page = readFileSync(new URL('../../docs/metamorphic.md', import.meta.url), 'utf8');
  const file = new URL('../../results/baselines/cpu/metamorphic.jsonl', import.meta.url);

  test('shows what `report` shows of the committed records', () => {
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
    const records = lines.map((line) => measurementRecordSchema.parse(JSON.parse(line)));
    expect(page).toContain(metamorphicText(judgeLaws(records, ESTIMATORS), ESTIMATORS, PLAIN));
  });
});
