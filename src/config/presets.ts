/** Named models. A preset never sets a key whose derived default is already right. */
import type { PartialConfig } from './schema.ts';

const gpt2 = (layers: number, hiddenSize: number, heads: number): PartialConfig => ({
  model: {
    architecture: 'decoder',
    layers,
    hiddenSize,
    heads,
    vocabularySize: 50257,
    maxPositions: 1024,
    positions: 'learned',
    normalization: 'layer-norm',
    normalizationPlacement: 'pre',
    activation: 'gelu',
    gatedFeedForward: false,
    biases: true,
    tiedEmbedding: true,
    dropout: 0,
  },
});

/** Radford et al. 2019, "Language Models are Unsupervised Multitask Learners", table 2; dropout 0 and erf GELU here. */
export const PRESETS: Readonly<Record<string, PartialConfig>> = {
  'gpt2-small': gpt2(12, 768, 12),
  'gpt2-medium': gpt2(24, 1024, 16),
  'gpt2-large': gpt2(36, 1280, 20),
  'gpt2-xl': gpt2(48, 1600, 25),
};
