import { expect, test } from 'vitest';
import * as printed from '../../../src/estimators/article/printedFormulas.ts';

const EXAMPLE = { d_model: 768, d_ff: 3072, N: 12, vocab_size: 50_000 };
const SIZES = { B: 2, S: 3, H: 5, V: 7, L: 11 };
const E = 2 * 3 * 5;

test("the parameters of the article's example, by its formulas and not by its sums", () => {
  expect(printed.embeddingParameters(EXAMPLE)).toBe(38_400_000);
  expect(printed.attentionParameters(EXAMPLE)).toBe(2_359_296);
  expect(printed.feedForwardParameters(EXAMPLE)).toBe(4_722_432); // the article prints 4,719,616
  expect(printed.layerNormParameters(EXAMPLE)).toBe(1_536);
  expect(printed.layerParameters(EXAMPLE)).toBe(7_084_800);
  expect(printed.modelParameters(EXAMPLE, 'none')).toBe(123_417_600);
  expect(printed.modelParameters(EXAMPLE, 'own-head')).toBe(123_417_600 + 38_400_000);
});

test('model memory in 32 bits, unless it is said, and in 16', () => {
  expect(printed.modelMemory(123_383_808)).toBe(493_535_232);
  expect(printed.modelMemory(123_383_808, 16)).toBe(246_767_616);
});

test('the steady state, term by term', () => {
  expect(printed.steadyStateTerms({ N: 100, B: 2, D: 3 })).toEqual({
    weights: 400,
    optimizer: 800,
    gradients: 400,
    inputs: 48,
  });
});

test('every printed term of the activations, and a total that is not their sum', () => {
  const { logits, ...layer } = printed.activationTerms(SIZES);
  expect(layer).toEqual({
    layerNorm: 4 * E,
    qkv: 2 * E,
    attentionMatrix: 4 * 2 * 3 * 3,
    attentionOutput: 2 * E,
    firstLinear: 2 * E,
    gelu: 8 * E,
    secondLinear: 2 * E,
  });
  expect(logits).toBe(6 * 2 * 3 * 7);
  const sum = Object.values(layer).reduce((total, term) => total + term, 0);
  expect(sum).toBe(20 * E + 4 * 2 * 3 * 3); // with one norm
  expect(printed.activationMemory(SIZES)).toBe(11 * (14 * E + 4 * 2 * 3 * 3) + logits);
  expect(printed.backwardStartMemory(SIZES)).toBe(4 * 2 * 3 * 7);
});
