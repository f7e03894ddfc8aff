/** Every switch of the architecture, alone and in the mixes that people train. */
import type { PartialConfig } from '../../src/config/schema.ts';

export const SWITCHES: readonly NonNullable<PartialConfig['model']>[] = [
  { tiedEmbedding: true },
  { layers: 1, maxPositions: 9 },
  { architecture: 'encoder' },
  { architecture: 'encoder-decoder', layers: 1 },
  { normalizationPlacement: 'post' },
  { normalization: 'rms-norm' },
  { positions: 'sinusoidal' },
  { positions: 'rotary' },
  { positions: 'none' },
  { heads: 4, keyValueHeads: 2 },
  { heads: 4, keyValueHeads: 1 },
  { headSize: 3 },
  { activation: 'gelu-tanh' },
  { activation: 'relu' },
  { activation: 'silu' },
  { gatedFeedForward: true },
  { biases: false },
  { dropout: 0.1 },
  // Llama's, and Vaswani's.
  {
    ...{ heads: 4, keyValueHeads: 2, positions: 'rotary', normalization: 'rms-norm', activation: 'silu' },
    ...{ gatedFeedForward: true, biases: false },
  },
  {
    ...{ architecture: 'encoder-decoder', layers: 1, normalizationPlacement: 'post', positions: 'sinusoidal' },
    ...{ activation: 'relu', tiedEmbedding: true },
  },
];
