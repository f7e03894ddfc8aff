import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { judgeLaws } from '../../src/accuracy/metamorphic/judgeLaws.ts';
import { LAWS } from '../../src/accuracy/metamorphic/laws.ts';
import { ESTIMATORS } from '../../src/estimators/index.ts';
import { metamorphicCsv } from '../../src/report/metamorphicCsv.ts';
import { metamorphicText } from '../../src/report/metamorphicText.ts';
import type { Colours } from '../../src/report/scoreboard.ts';
import { exampleRow } from '../accuracy/metamorphic/exampleRow.ts';
import { committedRecords } from '../records/committedRecords.ts';

const plain = (text: string): string => text;
const PLAIN: Colours = { green: plain, red: plain, yellow: plain, bold: plain, dim: plain };

const obeyed = exampleRow({ configId: 'ba9876543210', verdict: 'pass', predictedBytes: 64, measuredBytes: 300 });
const MINE = { id: 'mine' };

const cellsOf = (text: string, id: string): string[] =>
  (text.split('\n').find((line) => line.startsWith(`${id} `)) ?? '').split(/ +/).slice(1);
const numberOf = (law: string): string => String(LAWS.findIndex((entry) => entry.id === law) + 1);
const cellAt = (text: string, id: string, law: string): string | undefined =>
  cellsOf(text, id)[cellsOf(text, 'formula').indexOf(numberOf(law))];
const wordsOf = (text: string): string => text.replaceAll(/\s+/g, ' ');

describe('the table', () => {
  test('one cell per formula and law', () => {
    const rows = [
      exampleRow(),
      exampleRow({ estimator: 'other', match: 'away' }),
      exampleRow({ estimator: 'third', verdict: 'pass' }),
      exampleRow({ estimator: 'fourth', verdict: 'not-applicable', reason: 'says nothing of activations' }),
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
  });

  test('a law that was measured has a column and a legend, under the number that it always has', () => {
    const rows = [exampleRow(), obeyed, exampleRow({ law: 'dropout' })];
    const text = metamorphicText(rows, [MINE, { id: 'other' }], PLAIN);
    expect(cellsOf(text, 'formula')).toEqual([numberOf('heads'), numberOf('dropout')]);
    expect(cellsOf(text, 'mine')).toEqual(['NO', 'NO']);
    const words = wordsOf(text);
    for (const { id, statement } of LAWS.filter((law) => ['heads', 'dropout'].includes(law.id)))
      expect(words).toContain(`${numberOf(id)} ${id} ${statement} measured: activations`);
    expect(words).toContain('in every layer. measured: activations 300 to 1,100');
  });

  test('origins are named where there are several', () => {
    const published = exampleRow({ origin: 'PyTorch 2.15.0 on H100', measuredBytes: 7 });
    const one = wordsOf(metamorphicText([exampleRow(), obeyed], [MINE], PLAIN));
    expect(one).not.toContain('memproof: tensorflow 2.18.0 on cpu');
    const two = wordsOf(metamorphicText([published, exampleRow(), obeyed], [MINE], PLAIN));
    expect(two).toContain(
      'measured by PyTorch 2.15.0 on H100: activations 7 measured by memproof: tensorflow 2.18.0 on cpu: activations 300 to 1,100',
    );
    expect(two).toContain('as 0123456789ab of PyTorch 2.15.0 on H100:');
  });

  test('the others are named in one last sentence', () => {
    const unread = exampleRow({ law: 'dropout', verdict: 'not-applicable', measuredBytes: null, reason: 'no reading' });
    const words = wordsOf(metamorphicText([exampleRow(), unread], [MINE, { id: 'other' }], PLAIN));
    const others = LAWS.filter(({ id }) => id !== 'heads').map(({ id }) => `${numberOf(id)} ${id}`);
    expect(words.trimEnd().endsWith(`Not all measured among these records: ${others.join(', ')}.`)).toBe(true);
    const all = wordsOf(
      metamorphicText(
        LAWS.map(({ id }) => exampleRow({ law: id })),
        [MINE],
        PLAIN,
      ),
    );
    expect(all).not.toContain('Not all measured');
  });

  test('never wider than 100 columns', () => {
    const long = 'a-name-of-a-formula-that-goes-on-'.repeat(5);
    const rows = [exampleRow({ estimator: long, violatedAssumptions: Array(40).fill('assumption'), match: 'away' })];
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
    const rows = [exampleRow(), exampleRow({ estimator: 'other', match: 'away' })];
    const estimators = [MINE, { id: 'other' }];
    const coloured = metamorphicText(rows, estimators, colours);
    expect(coloured.replaceAll(/<.*?>/g, '')).toBe(metamorphicText(rows, estimators, PLAIN));
    expect(coloured).toContain('<r> NO</r>');
    expect(coloured).toContain('<y> no</y>');
  });

  test('nothing judged is said', () => {
    const text =
      'No law has all its configurations among these records. `memproof run metamorphic` measures them all.\n';
    expect(metamorphicText([], [MINE], PLAIN)).toBe(text);
    expect(metamorphicText([exampleRow({ verdict: 'not-applicable' })], [MINE], PLAIN)).toBe(text);
  });
});

describe('one formula alone', () => {
  test('what it breaks, in sentences', () => {
    const words = wordsOf(metamorphicText([exampleRow(), obeyed], [MINE], PLAIN));
    expect(words).toContain('mine obeys 0 and breaks 1 of the 1 laws that it speaks of.');
    expect(words).toContain(
      'At 1 of 2 bases, as 0123456789ab: activations(heads × 2) − activations(base) is 0 by the formula, at least 64 by the law, and was measured as 1,100.',
    );
  });

  test('an exact law says its number, and an assumption that does not hold is named', () => {
    const exact = exampleRow({
      leastBytes: 64,
      mostBytes: 64,
      match: 'away',
      violatedAssumptions: ['fused-attention'],
    });
    const words = wordsOf(metamorphicText([exact], [MINE], PLAIN));
    expect(words).toContain('At 1 of 1 base, as 0123456789ab (away: fused-attention):');
    expect(words).toContain('is 0 by the formula, 64 by the law');
  });
});

test('metamorphic.csv: numbers, or the reason why there are none', () => {
  const silent = exampleRow({ verdict: 'not-applicable', predictedBytes: null, reason: 'says nothing of activations' });
  const away = exampleRow({ match: 'away', violatedAssumptions: ['a', 'b'], leastBytes: -64, mostBytes: -64 });
  expect(metamorphicCsv([away, silent]).split('\n')).toEqual([
    'law,configId,origin,quantity,ledger,estimator,verdict,tested,least_bytes,most_bytes,predicted_change_bytes,measured_change_bytes,match,violated_assumptions,reason',
    'heads,0123456789ab,memproof: tensorflow 2.18.0 on cpu,activations,requested,mine,fail,activations(heads × 2) − activations(base),-64,-64,0,1100,away,a;b,',
    'heads,0123456789ab,memproof: tensorflow 2.18.0 on cpu,activations,requested,mine,not-applicable,activations(heads × 2) − activations(base),64,,,1100,matched,,says nothing of activations',
    '',
  ]);
});

describe('docs/metamorphic.md', () => {
  const page = readFileSync(new URL('../../docs/metamorphic.md', import.meta.url), 'utf8');

  test('shows what `report` shows of the committed records', () => {
    const rows = judgeLaws(committedRecords('metamorphic'), ESTIMATORS);
    expect(page).toContain(metamorphicText(rows, ESTIMATORS, PLAIN));
  });
});
