import { describe, expect, test } from 'vitest';
import type { GroundSummary } from '../../src/accuracy/grounds/summary.ts';
import { groundsText } from '../../src/report/groundsText.ts';

const plain = (text: string) => text;
const PLAIN = { green: plain, red: plain, yellow: plain, bold: plain, dim: plain };

const summary = (more: Partial<GroundSummary>): GroundSummary => ({
  estimator: 'example',
  quantity: 'activations',
  ledger: 'requested',
  origin: 'memproof: tensorflow 2.18.1 on cpu',
  count: 4,
  unsplitCount: 0,
  errorRatio: -0.763,
  formulaErrorRatio: -0.004,
  groundErrorRatio: -0.016,
  assumptions: [
    { part: 'autocast', errorRatio: -0.41 },
    { part: 'kept', errorRatio: 0 },
    { part: 'saved-tensors', errorRatio: -0.349 },
  ],
  unmet: [],
  ...more,
});

const rows = [
  summary({ estimator: 'worse', groundErrorRatio: 0.5, unmet: ['sharded', 'fused'] }),
  summary({}),
  summary({
    estimator: 'one-step',
    quantity: 'weights',
    ledger: 'buffers',
    groundErrorRatio: 0,
    formulaErrorRatio: 0,
    assumptions: [{ part: 'tied', errorRatio: 0 }],
    errorRatio: 0,
  }),
  summary({ estimator: 'lost', count: 0, unsplitCount: 3 }),
  summary({ estimator: 'partly', unsplitCount: 1, groundErrorRatio: null }),
];

describe('the view', () => {
  test('the error, the formula in it, and below what each assumption is worth; best on its ground first', () => {
    expect(groundsText(rows, PLAIN)).toBe(`\
  estimator                           configs  on ground     away =    formula
      + what each assumption is worth

activations in requested
  example                                   4     -1.60%    -76.30%     -0.40%
      -41.00% autocast, -34.90% saved-tensors
  worse                                     4    +50.00%    -76.30%     -0.40%
      -41.00% autocast, -34.90% saved-tensors (in the formula: sharded, fused)
  partly                                    4          -    -76.30%     -0.40%
      -41.00% autocast, -34.90% saved-tensors

weights in buffers
  one-step                                  4      exact      exact      exact

Not split, for the ground was not measured (configurations; reasons in grounds.csv, -o DIR)
  activations: lost (3), partly (1)
`);
  });

  test('never wider than 100 columns', () => {
    const part = 'a-name-of-an-assumption-that-goes-on-'.repeat(4);
    const parts = Array.from({ length: 12 }, (_, index) => ({ part: `step-${index}`, errorRatio: 1e9 }));
    const assumptions = [{ part, errorRatio: 1 }, ...parts];
    const text = groundsText(
      [...rows, summary({ estimator: part, errorRatio: -1e5, assumptions, unmet: [part] })],
      PLAIN,
    );
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
    expect(text).toContain('step-11');
  });

  test('without a measured ground it says so, formula by formula', () => {
    expect(groundsText([], PLAIN)).toMatch(/^No error was split: [\s\S]*`memproof run grounds`[\s\S]*\n$/);
    expect(groundsText([summary({ count: 0, unsplitCount: 2 })], PLAIN)).toMatch(
      /^No error was split[\s\S]*\nNot split.*\n {2}activations: example \(2\)\n$/,
    );
  });
});
