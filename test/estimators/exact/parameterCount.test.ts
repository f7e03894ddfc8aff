import { expect, it } from 'vitest';
import { exactParameterCount, variableSizes } from '../../../src/estimators/exact/parameterCount.ts';
import { GPT2_SMALL, TINY, withKeys } from '../sample.ts';

it('counts GPT-2', () => {
  expect(exactParameterCount(GPT2_SMALL)).toBe(124475904);
  expect(exactParameterCount(TINY)).toBe(110336);
  // 124 439 808 is GPT-2 small's published count, with its vocabulary of 50257
  expect(exactParameterCount(withKeys(GPT2_SMALL, { model: { vocabularySize: 50257 } }))).toBe(124439808);
});

it('lists the variables in order of creation', () => {
  const one = withKeys(TINY, { model: { layers: 1, tiedEmbedding: false, maxPositions: 40 } });
  expect(variableSizes(one)).toEqual([
    ...[128 * 64, 40 * 64],
    ...[64, 64, 64 * 192, 192, 64 * 64, 64],
    ...[64, 64, 64 * 256, 256, 256 * 64, 64],
    ...[64, 64, 64 * 128],
  ]);
});

it('counts a block of Llama', () => {
  const llama = withKeys(TINY, {
    model: {
      layers: 1,
      keyValueHeads: 2,
      headSize: 24,
      positions: 'rotary',
      normalization: 'rms-norm',
      activation: 'silu',
      gatedFeedForward: true,
      biases: false,
      tiedEmbedding: false,
      feedForwardSize: 100,
    },
  });
  expect(variableSizes(llama)).toEqual([
    128 * 64,
    ...[64, 64 * (4 + 2 * 2) * 24, 4 * 24 * 64],
    ...[64, 64 * 100, 64 * 100, 100 * 64],
    ...[64, 64 * 128],
  ]);
});

it('gives a gated feed-forward a bias per linear layer', () => {
  const plain = exactParameterCount(TINY);
  expect(exactParameterCount(withKeys(TINY, { model: { gatedFeedForward: true } }))).toBe(plain + 2 * (64 * 256 + 256));
});

it('post-norm has no closing norm, and an encoder–decoder a second stack with cross-attention', () => {
  const plain = exactParameterCount(TINY);
  expect(exactParameterCount(withKeys(TINY, { model: { architecture: 'encoder' } }))).toBe(plain);
  expect(exactParameterCount(withKeys(TINY, { model: { normalizationPlacement: 'post' } }))).toBe(plain - 2 * 64);
  const cross = 2 * 64 + 4 * (64 * 64 + 64); // a norm, and projections of Q, K, V and the output
  const block = 2 * 2 * 64 + 4 * (64 * 64 + 64) + 2 * 64 * 256 + 256 + 64;
  const both = exactParameterCount(withKeys(TINY, { model: { architecture: 'encoder-decoder' } }));
  expect(both).toBe(plain + 32 * 64 + 2 * (block + cross) + 2 * 64); // positions, blocks and closing norm of the decoder
});
