import { describe, expect, test } from 'vitest';
import { scoreboard } from '../../src/accuracy/score.ts';
import { errorText, scoreboardText } from '../../src/report/scoreboard.ts';
import { bytes } from '../../src/units/bytes.ts';
import { comparedRow } from '../accuracy/exampleEstimator.ts';

const rows = [
  comparedRow(150, 100, { estimator: 'rough' }),
  comparedRow(100, 100, { estimator: 'exact', noiseBytes: bytes(1) }),
  comparedRow(90, 100, { estimator: 'small', match: 'away' }),
  comparedRow(90, 100, { estimator: 'small', noiseBytes: bytes(0) }),
  comparedRow(8, 0, { estimator: 'a-without-ratio' }),
  comparedRow(100, 100, { estimator: 'rough', quantity: 'weights' }),
];

describe('the table', () => {
  test('one block per quantity, the smallest median first', () => {
    expect(scoreboardText(scoreboard(rows))).toBe(`\
  estimator        configs   median    worst  noise  under  matched  on ground

weights in buffers
  rough                  1    exact    exact      -      0        1      exact

step-peak in buffers
  exact                  1    exact    exact  1.00%      0        1      exact
  small                  2  -10.00%  -10.00%      0      2        1    -10.00%
  rough                  1  +50.00%  +50.00%      -      0        1    +50.00%
  a-without-ratio        1        -        -      -      0        1          -
`);
  });

  test('where ledgers differ each row names its own, and a formula that is never matched has no ground', () => {
    const elsewhere = comparedRow(120, 100, { estimator: 'small', ledger: 'requested', match: 'away' });
    expect(scoreboardText(scoreboard([...rows, elsewhere]))).toContain(`
step-peak
  exact            buffers          1    exact    exact  1.00%      0        1      exact
  small            buffers          2  -10.00%  -10.00%      0      2        1    -10.00%
  small            requested        1  +20.00%  +20.00%      -      0        0          -
`);
  });

  test('never wider than 100 columns and plain ASCII', () => {
    const long = comparedRow(1e15, 1, { estimator: 'a-name-of-a-formula-that-goes-on-'.repeat(5) });
    const text = scoreboardText(scoreboard([...rows, long]));
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
    expect(text).toContain('...');
    expect(text).toMatch(/^[\n\x20-\x7e]*$/);
  });

  test('colours change nothing but colour', () => {
    const tag = (name: string) => (text: string) => `<${name}>${text}</${name}>`;
    const colours = { green: tag('g'), red: tag('r'), yellow: tag('y'), bold: tag('b'), dim: tag('d') };
    const coloured = scoreboardText(scoreboard(rows), colours);
    expect(coloured.replaceAll(/<.*?>/g, '')).toBe(scoreboardText(scoreboard(rows)));
    expect(coloured).toContain('<b>step-peak in buffers</b>');
    expect(coloured).toMatch(/<r> *-10\.00%<\/r>/);
    expect(coloured).toMatch(/<y> *\+50\.00%<\/y>/);
    expect(coloured).toMatch(/<g> *exact<\/g>/);
  });

  test('nothing compared is said', () => {
    expect(scoreboardText([])).toBe('Nothing was compared.\n');
  });
});

test.each([
  [0, 'exact'],
  [null, '-'],
  [0.0321, '+3.21%'],
  [-0.5, '-50.00%'],
  [1e-9, '+<0.01%'],
  [-1e-9, '-<0.01%'],
  [12.345, '+1235%'],
  [1e12, '+>1e6%'],
])('an error ratio of %s prints as %s', (ratio, text) => {
  expect(errorText(ratio)).toBe(text);
});
