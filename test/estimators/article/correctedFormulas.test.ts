import { expect, test } from 'vitest';
import * as corrected from '../../../src/estimators/article/correctedFormulas.ts';
import { exactParameterCount } from '../../../src/estimators/exact/parameterCount.ts';
import { GPT2_SMALL, TINY, withKeys } from '../sample.ts';

const UNTIED = withKeys(TINY, { model: { tiedEmbedding: false, feedForwardSize: 100, maxPositions: 48 } });

test.each([
  ['GPT-2 small', GPT2_SMALL],
  ['a small one', TINY],
  ['a head of its own', UNTIED],
])('%s: the count is that of the variables that are built', (_name, config) => {
  const { layers: N, hiddenSize: d_model, feedForwardSize: d_ff, vocabularySize: vocab_size } = config.model;
  const model = { N, d_model, d_ff, vocab_size, positions: config.model.maxPositions };
  expect(corrected.modelParameters(model, config.model.tiedEmbedding ? 'tied' : 'own-head')).toBe(
    exactParameterCount(config),
  );
});

test('with F = 4H the activations are L(36E + 6BaSS) + 6E + 6BSV', () => {
  const [L, H, a, V, B, S] = [2, 8, 4, 11, 3, 5];
  const terms = corrected.activationTerms({ L, H, a, V, B, S, F: 4 * H });
  const total = Object.values(terms).reduce((sum, term) => sum + term, 0);
  const E = B * S * H;
  expect(total).toBe(L * (36 * E + 6 * B * a * S * S) + 6 * E + 6 * B * S * V);
});
