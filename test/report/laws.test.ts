import { parse } from 'csv-parse/sync';
import { describe, expect, test } from 'vitest';
import { rational } from '../../src/accuracy/recovery/rational.ts';
import { syntheticConfigurations } from '../../src/accuracy/recovery/syntheticSizes.ts';
import { termsFor } from '../../src/accuracy/recovery/terms.ts';
import { resolveConfig } from '../../src/config/resolve.ts';
import type { RunConfig } from '../../src/config/schema.ts';
import { keyIs } from '../../src/estimators/assumption.ts';
import { type Estimator, itemised, unsupported } from '../../src/estimators/estimator.ts';
import type { MeasuredRecord, Reading } from '../../src/records/measurement.ts';
import { originOf } from '../../src/records/origin.ts';
import { lawsCsv } from '../../src/report/lawsCsv.ts';
import { lawsText } from '../../src/report/lawsText.ts';
import { lawText } from '../../src/report/lawText.ts';
import { exampleEstimator } from '../accuracy/exampleEstimator.ts';
import { exampleReading, measuredRecord } from '../records/exampleRecord.ts';

const configurations = syntheticConfigurations(resolveConfig({ step: { savedTensors: 'minimal' } }));

const stream = ({ model, batch }: RunConfig): number => batch.size * batch.sequenceLength * model.hiddenSize;
const activations = (config: RunConfig): number => 32 * config.model.layers * stream(config) + 4;

const readings = (config: RunConfig): Reading[] => [
  exampleReading(activations(config), {
    quantity: 'activations',
    ledger: 'requested',
    components: [
      { component: 'attention', layer: 0, bytes: activations(config) - 4 },
      { component: 'loss', layer: null, bytes: 4 },
    ],
  }),
  exampleReading(config.model.hiddenSize ** 3, { quantity: 'weights', ledger: 'requested' }),
];
const records = configurations.map((configuration) => measuredRecord(readings(configuration), { configuration }));
const origin = originOf(measuredRecord());

const formula = (id: string, total: (config: RunConfig) => number | null, more: Partial<Estimator> = {}) =>
  exampleEstimator({
    id,
    predicts: [{ quantity: 'activations', ledgers: ['requested'] }],
    predict: (config) => {
      const bytes = total(config);
      return { activations: bytes === null ? unsupported('not here') : itemised({ attention: bytes }) };
    },
    ...more,
  });
const estimators = [
  formula('negative', (config) => 40 * config.model.layers * stream(config) - 2 * stream(config)),
  formula('by-the-cube', ({ model }) => model.hiddenSize ** 3),
  formula('elsewhere', ({ step, model }) => (step.savedTensors === 'autodiff' ? 7 * model.hiddenSize : null), {
    assumptions: [keyIs('autodiff', 'as tfjs does', 'step.savedTensors', ['autodiff'])],
  }),
  formula('silent', () => null),
];

const plain = (text: string): string => text;
const COLOURS = { green: plain, red: plain, yellow: plain, bold: plain, dim: plain };

describe('a law in writing', () => {
  const terms = termsFor(configurations);
  const at = (coefficients: Readonly<Record<number, bigint>>) =>
    lawText(
      terms,
      terms.map((_, index) => rational(coefficients[index] ?? 0n, index === 0 ? 10n : 1n)),
    );

  test('layers in brackets, then the rest; nothing of a coefficient of 0', () => {
    expect(at({ 0: 357n, 2: 6n, [terms.length - 1]: 4n })).toBe('L(35.7·BSH + 6·BaS²) + 4');
    expect(at({ 0: -357n, 11: 24n })).toBe('L(-35.7·BSH + 24)');
    expect(at({ 0: 10n, 1: -3n, 13: -2n })).toBe('L(1·BSH - 3·BSF) - 2·BSH');
    expect(at({ [terms.length - 1]: -4n })).toBe('-4');
    expect(at({})).toBe('0');
  });
});

/** The same step without biases: a law of its own. */
const withAnother = (record: MeasuredRecord): MeasuredRecord => ({
  ...record,
  configuration: { ...record.configuration, model: { ...record.configuration.model, biases: false } },
});

describe('on a terminal', () => {
  const text = lawsText({ records, estimators }, COLOURS);

  test('the measured law, its components, and each formula below it', () => {
    const [, step, weights, law] = text.split('\n\n');
    expect(step).toBe(`step: step.savedTensors=minimal`);
    expect(weights).toMatch(
      /^ {2}weights \(requested\): no law: what 26 configurations say is right on 0 of 19 others;/,
    );
    expect(law).toBe(`\
  activations (requested): exact, from 26 shapes and right to the byte on 19 more
    measured                        L(32·BSH) + 4
      attention                     L(32·BSH)
      loss                          4
    negative                        L(40·BSH) - 2·BSH
    by-the-cube                     no polynomial in these terms
    elsewhere                       7·H (where step.savedTensors=autodiff)
`);
  });

  test('never wider than 100 columns, colours change nothing but colour', () => {
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
    const tag = (name: string) => (words: string) => `<${name}>${words}</${name}>`;
    const tagged = { green: tag('g'), red: tag('r'), yellow: tag('y'), bold: tag('b'), dim: tag('d') };
    const coloured = lawsText({ records, estimators }, tagged);
    expect(coloured.replaceAll(/<\/?[grybd]>/g, '')).toBe(text);
    expect(coloured).toContain('<g>  activations');
    expect(coloured).toContain('<r>  weights');
  });

  test('what is refused for one reason is one paragraph, and where nothing else is told one sentence', () => {
    const [some] = records;
    const told = lawsText(
      { records: [...records, ...(some === undefined ? [] : [withAnother(some)])], estimators },
      COLOURS,
    );
    expect(told).toMatch(
      /^ {2}weights \(requested\), activations \(requested\): refused: too few records: 1 different shape/m,
    );
    const words = lawsText({ records: records.slice(0, 1), estimators }, COLOURS).replaceAll(/\s+/g, ' ');
    expect(words).toBe(
      'No law can be told: of 2 quantities of alike steps the one with most records, 1, has too few records: 1 different shape, and 26 coefficients need 29 to be found and tried. laws.csv (-o DIR) has every reason. The sweep `laws` varies every size on its own: `memproof run laws`. ',
    );
    expect(lawsText({ records: [], estimators }, COLOURS)).toMatch(/^Nothing was measured in requested or buffers\./);
  });

  test('a step with no key of its own has everything at its default, and buffers speak where nobody read requested', () => {
    const stock = syntheticConfigurations(resolveConfig({})).map((configuration) =>
      measuredRecord([exampleReading(8, { quantity: 'weights', ledger: 'buffers' })], { configuration }),
    );
    expect(lawsText({ records: stock, estimators: [] }, COLOURS)).toContain(
      `step: everything at its default\n\n  weights (buffers): exact, from 26 shapes and right to the byte on 19 more\n    measured                        8\n`,
    );
  });
});

describe('laws.csv', () => {
  const rows: Record<string, string>[] = parse(lawsCsv({ records, estimators }), { columns: true });
  const rowsOf = (source: string, component = 'total', quantity = 'activations') =>
    rows.filter((row) => row['source'] === source && row['component'] === component && row['quantity'] === quantity);

  test('one row per term of each law, zeros too', () => {
    const measured = rowsOf('measured');
    expect(measured).toHaveLength(26);
    expect(measured[0]).toEqual({
      origin,
      group: 'step.savedTensors=minimal',
      quantity: 'activations',
      ledger: 'requested',
      place: '',
      component: 'total',
      source: 'measured',
      verdict: 'exact',
      per_layer: 'true',
      term: 'BSH',
      coefficient: '32',
      fitted: '26',
      held_out: '19',
      held_out_exact: '19',
      ground: '',
      reason: '',
    });
    expect(measured.filter(({ coefficient }) => coefficient !== '0').map(({ term }) => term)).toEqual(['BSH', '1']);
    expect(rowsOf('measured', 'loss').filter(({ coefficient }) => coefficient !== '0')).toHaveLength(1);
  });

  test('what has no law has one row and the reason', () => {
    expect(rowsOf('by-the-cube')).toMatchObject([
      { verdict: 'no law', term: '', per_layer: '', coefficient: '', reason: 'no polynomial in these terms' },
    ]);
    expect(rowsOf('silent')).toMatchObject([{ verdict: 'refused', reason: 'not here', fitted: '0' }]);
    expect(rowsOf('measured', 'total', 'weights')).toMatchObject([{ verdict: 'no law', fitted: '45', held_out: '0' }]);
  });

  test("a formula's own ground is named", () => {
    expect(rowsOf('elsewhere').find(({ coefficient }) => coefficient === '7')).toMatchObject({
      term: 'H',
      per_layer: 'false',
      ground: 'step.savedTensors=autodiff',
    });
  });
});
