import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { judge } from '../../src/accuracy/judge.ts';
import { itemised, type PartName } from '../../src/estimators/estimator.ts';
import type { ComponentBytes } from '../../src/records/measurement.ts';
import { COMPONENTS } from '../../src/records/quantity.ts';
import { residualsText } from '../../src/report/residualsText.ts';
import { exampleEstimator } from '../accuracy/exampleEstimator.ts';
import { componentsOf } from '../accuracy/residuals/itemisedExample.ts';
import { exampleReading, measuredRecord } from '../records/exampleRecord.ts';

const plain = (text: string): string => text;
const PLAIN = { green: plain, red: plain, yellow: plain, bold: plain, dim: plain };

type Sizes<Name extends string> = Partial<Record<Name, number>>;

const formula = (id: string, peak: Sizes<PartName>, activations?: Sizes<PartName>) =>
  exampleEstimator({
    id,
    predicts: [
      { quantity: 'activations', ledgers: ['requested'] },
      { quantity: 'step-peak', ledgers: ['buffers', 'requested'] },
    ],
    predict: () => ({
      'step-peak': itemised(peak),
      ...(activations !== undefined && { activations: itemised(activations) }),
    }),
  });

const reading = (quantity: 'activations' | 'step-peak', measured: Sizes<ComponentBytes['component']>) => {
  const components = componentsOf(measured);
  const total = components.reduce((sum, { bytes }) => sum + bytes, 0);
  return exampleReading(total, { quantity, ledger: 'requested', components });
};

const KIB = 1024;
const record = measuredRecord(
  [
    reading('step-peak', { attention: 400 * KIB, 'feed-forward': 300 * KIB, loss: 200 * KIB, weights: 100 * KIB }),
    reading('activations', { attention: 7, loss: 3 }),
  ],
  { configId: '0123456789ab' },
);
const judgement = judge(
  [record],
  [
    formula(
      'two-errors',
      { attention: 500 * KIB, 'feed-forward': 210 * KIB, loss: 205 * KIB, head: 1 },
      { attention: 7 },
    ),
    formula('a-sum', { unitemised: 900 * KIB }, { attention: 7, loss: 3 }),
    formula('half-a-sum', { weights: 100 * KIB, unitemised: 64 * KIB }),
  ],
);
const text = residualsText(judgement, PLAIN);

test('one block per formula: how far off, which parts, what is never counted, what cancels', () => {
  expect(text).toBe(`\
Predicted - measured in % of the measured total: the total, then its parts, each a median over the
configurations nearest to the formula's ground (3/34: 3 of 34). Medians need not add up.
  quantity        configs   total  parts

two-errors  near its ground, by requested
  activations           1    -30%  loss -30%
                  counts none of: loss (30%)
  step-peak             1   -8.5%  attention +10%  weights -10%  feed-forward -9%  2 more below 1%
                  counts none of: weights (10%)
                  cancel: attention +100.0 KiB (+25%), weights -100.0 KiB (none counted);
                          total -8.5%, in 1 of 1: 0123456789ab
                  cancel: attention +100.0 KiB (+25%), feed-forward -90.00 KiB (-30%); total -8.5%,
                          in 1 of 1: 0123456789ab

a-sum  near its ground, by requested
  activations           1   exact  every part exact
  step-peak             1    -10%  a sum: the formula names no part

half-a-sum  near its ground, by requested
  step-peak             1    -84%  attention -40%  feed-forward -30%  loss -20%  unitemised +6.4%
                  has 6.4% without a name for: attention (40%), feed-forward (30%), loss (20%)
`);
});

test('how often a pair cancels, and at most three of them', () => {
  const parts = ['attention', 'feed-forward', 'loss', 'head'] as const;
  const measured = Object.fromEntries([...parts, 'weights'].map((name) => [name, 200]));
  const wrong = { ...measured, attention: 300, 'feed-forward': 301, loss: 302, head: 99, weights: 98 };
  const records = ['aaaaaaaaaaaa', 'bbbbbbbbbbbb'].map((configId) =>
    measuredRecord([reading('step-peak', measured)], { configId }),
  );
  const shown = residualsText(judge(records, [formula('many', wrong)]), PLAIN);
  expect(shown.match(/cancel:/g)).toHaveLength(3);
  expect(shown).toContain('in 2 of 2, most in aaaaaaaaaaaa');
  expect(shown).toMatch(/^ {18}and 1 more that cancel$/m);
});

describe('the page', () => {
  test('never wider than 100 columns, plain ASCII, no blank at the end of a line', () => {
    const size = fc.integer({ min: 0, max: 2 ** 40 });
    const predicted = fc.dictionary(fc.constantFrom(...COMPONENTS, 'unitemised' as const), size);
    const measured = fc.dictionary(fc.constantFrom(...COMPONENTS, 'unattributed' as const), size, { minKeys: 1 });
    const name = fc.constantFrom('short', 'a-name-of-a-formula-that-goes-on-'.repeat(5));
    fc.assert(
      fc.property(predicted, measured, name, (parts, components, id) => {
        const shown = residualsText(
          judge([measuredRecord([reading('step-peak', components)])], [formula(id, parts)]),
          PLAIN,
        );
        expect(shown).toMatch(/^[\n\x20-\x7e]*\n$/);
        for (const line of shown.split('\n')) {
          expect(line.length).toBeLessThanOrEqual(100);
          expect(line).toBe(line.trimEnd());
        }
      }),
    );
  });

  test('colours change nothing but colour', () => {
    const tag = (name: string) => (words: string) => `<${name}>${words}</${name}>`;
    const colours = { green: tag('g'), red: tag('r'), yellow: tag('y'), bold: tag('b'), dim: tag('d') };
    const coloured = residualsText(judgement, colours);
    expect(coloured.replaceAll(/<.*?>/gs, '')).toBe(text);
    expect(coloured).toContain('<r>cancel</r>:');
    expect(coloured).toContain('<y>counts none of</y>:');
    expect(coloured).toContain('<b>two-errors  near its ground, by requested</b>');
  });

  test('nothing to tell apart is said', () => {
    expect(residualsText(judge([measuredRecord()], [exampleEstimator()]), PLAIN)).toBe(
      'No compared reading tells components apart.\n',
    );
  });
});
