/** Every number and every verdict of the audit. */
import { describe, expect, it, test } from 'vitest';
import { SECTIONS } from '../../../src/accuracy/audit/claim.ts';
import { evaluate, numberText } from '../../../src/accuracy/audit/expression.ts';
import { auditArticle, CLAIMS, type Verdict } from '../../../src/accuracy/audit/index.ts';
import { articleAsPrinted } from '../../../src/estimators/article/article-as-printed.ts';
import { articleCorrected } from '../../../src/estimators/article/article-corrected.ts';
import { GPT2_SMALL, totalOf } from '../../estimators/sample.ts';

const audit = auditArticle();
const claimNamed = (id: string) => {
  const claim = audit.claims.find((candidate) => candidate.id === id);
  if (claim === undefined) throw new Error(id);
  return claim;
};

const E = 12 * 1024 * 768;
const LAYER = 7_084_800;
const GPT3_LAYER = 12 * 12_288 ** 2 + 13 * 12_288;

/** Id, printed, derived, verdict: worked out by hand. */
const EXPECTED: [id: string, printed: number | null, derived: number | null, verdict: Verdict][] = [
  ['embedding-count', 38_400_000, 38_400_000, 'right'],
  ['attention-count', 2_359_296, 2_362_368, 'right-only-if'],
  ['feed-forward-formula', null, null, 'right'],
  ['feed-forward-count', 4_719_616, 4_722_432, 'wrong'],
  ['layer-norm-count', 1_536, 1_536, 'right'],
  ['layer-count', 7_081_984, LAYER, 'wrong'],
  ['layers-count', 84_983_808, 85_017_600, 'wrong'],
  ['model-count', 123_383_808, 123_417_600, 'wrong'],
  ['output-parameters', 123_417_600, 161_817_600, 'right-only-if'],
  ['model-size', 123_000_000, 124_242_432, 'right-only-if'],
  ['memory-32-bit', 493_535_232, 493_670_400, 'wrong'],
  ['memory-32-bit-rounded', 494, 493.6704, 'right-only-if'],
  ['memory-16-bit', 246_767_616, 246_835_200, 'wrong'],
  ['memory-16-bit-training', 2, 6, 'right-only-if'],
  ['memory-16-bit-rounded', 247, 246.8352, 'right-only-if'],
  ['inference-twice', null, null, 'right-only-if'],
  ['training-fourfold', 4, 23_228_620_800 / (4 * 124_475_904), 'right-only-if'],
  ['inference-example', 988, 988, 'right'],
  ['training-example', 1_976, 1_976, 'right'],
  ['steady-weights', 4, 4, 'right'],
  ['steady-optimizer', 8, 8, 'right'],
  ['steady-gradients', 4, 4, 'right-only-if'],
  ['steady-inputs', 8 * 12 * 1024, 16 * 12 * 1024 + 4 * 12 * 1024 ** 2, 'wrong'],
  ['steady-total', 1_978_515_456, 2_042_142_720, 'wrong'],
  ['norm-activations', 4 * E, 4 * E, 'right-only-if'],
  ['qkv-activations', 2 * E, 8 * E, 'wrong'],
  ['attention-matrix', 4 * 12 * 1024 ** 2, 6 * 12 * 12 * 1024 ** 2, 'wrong'],
  ['attention-output', 2 * E, 2 * E, 'right-only-if'],
  ['first-linear', 2 * E, 2 * E, 'right-only-if'],
  ['gelu', 8 * E, 8 * E, 'right-only-if'],
  ['second-linear', 2 * E, 8 * E, 'wrong'],
  ['logits', 6 * 12 * 1024 * 50_304, 6 * 12 * 1024 * 50_304, 'right-only-if'],
  ['activations-list', 14 * E + 4 * 12 * 1024 ** 2, 24 * E + 4 * 12 * 1024 ** 2, 'wrong'],
  ['activations-total', 5_898_240_000, 18_713_935_872, 'wrong'],
  ['peak-phase', null, null, 'right-only-if'],
  ['peak-place', 4 * 12 * 1024 * 50_304, 4 * 12 * 1024 * 50_304, 'right-only-if'],
  ['peak-total', 10_349_297_664, 23_228_620_800, 'wrong'],
  ['scaling-form', null, null, 'right-only-if'],
  ['scaling-arithmetic', 3.7, 10 ** (1 / 0.07), 'wrong'],
  ['scaling-ten-percent', 3.7, 1.1 ** (1 / 0.07), 'right-only-if'],
  ['gpt3-size', 175e9, 174_604_259_328, 'right'],
  ['gpt3-width', 49_152, 49_152, 'right'],
  ['gpt3-layer-arithmetic', 1.1e9, 6_039_822_336, 'wrong'],
  ['gpt3-layer-formula', 6_039_822_336, GPT3_LAYER, 'wrong'],
  ['gpt3-layers', 105.6e9, 96 * GPT3_LAYER, 'wrong'],
  ['gpt3-remainder', 69.4e9, (50_257 + 2048 + 2) * 12_288, 'wrong'],
  ['translation-debris', null, null, 'wrong'],
];

test('every claim is here, once and in the order of the article', () => {
  expect(audit.claims.map(({ id }) => id)).toEqual(EXPECTED.map(([id]) => id));
  const places = audit.claims.map(({ section }) => SECTIONS.indexOf(section));
  expect(places).toEqual([...places].sort((a, b) => a - b));
});

test.each(EXPECTED)('%s: printed, derived, error and verdict', (id, printed, derived, verdict) => {
  const claim = claimNamed(id);
  expect([claim.printed, claim.derived, claim.verdict]).toEqual([printed, derived, verdict]);
  expect(claim.error).toBe(printed === null || derived === null ? null : printed - derived);
  if (claim.error !== null && derived !== null) expect(claim.errorRatio).toBe(claim.error / derived);
});

describe.each(CLAIMS.map((claim) => [claim.id, claim] as const))('%s', (id, claim) => {
  it('says what makes it right, if something does, and shows the number that it is right with', () => {
    const { verdict, onlyIf } = claimNamed(id);
    expect(onlyIf !== null).toBe(verdict === 'right-only-if');
    const { printed } = claim;
    if (verdict !== 'right-only-if' || printed === null) return;
    const half = (printed.step ?? 0) / 2;
    const lines = claim.derivation.map(({ expression }) => evaluate(expression));
    expect(lines.some((value) => Math.abs(value - printed.value) <= half)).toBe(true);
  });

  it('is judged by numbers wherever it has any', () => {
    expect(claim.unnumbered !== undefined).toBe(claim.printed === null && claim.onlyIf === undefined);
    if (claim.printed !== null) expect(claim.derivation.length).toBeGreaterThan(0);
  });

  it('is not measured without records', () => {
    expect(claimNamed(id).measured).toBeNull();
  });
});

/** Claims whose printed number is what the quoted formula gives, and no number of the text. */
const FORMULAS = audit.claims.filter(({ quote }) => !/\d{3}/.test(quote)).map(({ id }) => id);

test.each(EXPECTED.filter(([id, printed]) => printed !== null && Number.isInteger(printed) && !FORMULAS.includes(id)))(
  '%s: the printed number stands in the quotation',
  (id, printed) => {
    if (id === 'gpt3-layer-formula') return; // the value of the quoted expression, which the text does not print
    const { quote, unit } = claimNamed(id);
    const spelled = [String(printed), numberText(printed ?? 0)];
    const inWords = [`${(printed ?? 0) / 1e6} millones`, `${(printed ?? 0) / 1e9} mil millones`];
    expect([unit, [...spelled, ...inWords].some((text) => quote.includes(text))]).toEqual([unit, true]);
  },
);

test('formulas of bytes are those of the formula sets', () => {
  for (const [id, quantity] of [
    ['steady-total', 'steady'],
    ['activations-total', 'activations'],
    ['peak-total', 'step-peak'],
  ] as const) {
    expect(claimNamed(id).printed).toBe(totalOf(articleAsPrinted, GPT2_SMALL, quantity));
    expect(claimNamed(id).derived).toBe(totalOf(articleCorrected, GPT2_SMALL, quantity));
  }
});

test('3.7 is neither 10^(1/α) nor anything else of α = 0.07, and other readings are named with their numbers', () => {
  expect(claimNamed('scaling-arithmetic').derived).toBeGreaterThan(1.9e14);
  expect(claimNamed('scaling-ten-percent').remark).toMatch(/3\.505; .*, 4\./); // 1.1^(1/0.076), (1/0.9)^(1/0.076)
});
