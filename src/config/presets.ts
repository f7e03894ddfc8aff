/** Named models. A preset never sets a key whose derived default is already right. */
import type { PartialConfig } from './schema.ts';

type ModelKeys = NonNullable<PartialConfig['model']>;

/** Radford et al. 2019, "Language Models are Unsupervised Multitask Learners", table 2; dropout 0 and erf GELU here. */
const gpt2 = (layers: number, hiddenSize: number, heads: number, maxPositions = 1024): PartialConfig => ({
  model: {
    architecture: 'decoder',
    layers,
    hiddenSize,
    heads,
    vocabularySize: 50257,
    maxPositions,
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

/**
 * Vaswani et al. 2017, "Attention Is All You Need", table 3, with the 37 000 tokens of §5.1. As published it has 65 and 213 million
 * parameters; with 37 000 tokens, the two norms of each attention and one shared table there are 63.1 and 214.3.
 */
const vaswani = (hiddenSize: number, heads: number, dropout: number): PartialConfig => ({
  model: {
    architecture: 'encoder-decoder',
    layers: 6,
    hiddenSize,
    heads,
    vocabularySize: 37000,
    positions: 'sinusoidal',
    normalization: 'layer-norm',
    normalizationPlacement: 'post',
    activation: 'relu',
    gatedFeedForward: false,
    biases: true,
    tiedEmbedding: true,
    dropout,
  },
});

/** Devlin et al. 2019, "BERT", §3. Left out are token types, the norm behind the embeddings and the pooler. */
const bert = (layers: number, hiddenSize: number, heads: number): PartialConfig => ({
  model: {
    architecture: 'encoder',
    layers,
    hiddenSize,
    heads,
    vocabularySize: 30522,
    maxPositions: 512,
    positions: 'learned',
    normalization: 'layer-norm',
    normalizationPlacement: 'post',
    activation: 'gelu',
    gatedFeedForward: false,
    biases: true,
    tiedEmbedding: true,
    dropout: 0.1,
  },
  batch: { sequenceLength: 512 },
});

/** Touvron et al. 2023 and what followed it: rotary positions, RMS-norm, gated SiLU, no biases, a head of its own. */
const llama = (sizes: ModelKeys): PartialConfig => ({
  model: {
    architecture: 'decoder',
    layers: 32,
    hiddenSize: 4096,
    heads: 32,
    positions: 'rotary',
    normalization: 'rms-norm',
    normalizationPlacement: 'pre',
    activation: 'silu',
    gatedFeedForward: true,
    biases: false,
    tiedEmbedding: false,
    dropout: 0,
    ...sizes,
  },
});

/** What one of `degree` devices has of every layer (Shoeybi et al. 2019, "Megatron-LM", §3): its heads and feed-forward columns, the width whole. */
const shardOf = (degree: number, { model = {}, ...others }: PartialConfig): PartialConfig => {
  const { hiddenSize = 0, heads = 0, keyValueHeads = heads, feedForwardSize = 4 * hiddenSize } = model;
  const divided = { heads: heads / degree, headSize: hiddenSize / heads, feedForwardSize: feedForwardSize / degree };
  return {
    ...others,
    model: { ...model, ...divided, ...(keyValueHeads !== heads && { keyValueHeads: keyValueHeads / degree }) },
  };
};

const WHOLE: Readonly<Record<string, PartialConfig>> = {
  'transformer-base': vaswani(512, 8, 0.1),
  'transformer-big': vaswani(1024, 16, 0.3),
  'bert-base': bert(12, 768, 12),
  'bert-large': bert(24, 1024, 16),
  'gpt2-small': gpt2(12, 768, 12),
  'gpt2-medium': gpt2(24, 1024, 16),
  'gpt2-large': gpt2(36, 1280, 20),
  'gpt2-xl': gpt2(48, 1600, 25),
  // Brown et al. 2020, "Language Models are Few-Shot Learners", table 2.1; all attention dense here.
  'gpt3-175b': gpt2(96, 12288, 96, 2048),
  // Touvron et al. 2023, "Llama 2", and the configuration of its weights.
  'llama-2-7b': llama({ feedForwardSize: 11008, vocabularySize: 32000 }),
  // Grattafiori et al. 2024, "The Llama 3 Herd of Models", table 3.
  'llama-3-8b': llama({ keyValueHeads: 8, feedForwardSize: 14336, vocabularySize: 128256 }),
  // Jiang et al. 2023, "Mistral 7B", table 1; attention over the whole sequence here.
  'mistral-7b': llama({ keyValueHeads: 8, feedForwardSize: 14336, vocabularySize: 32000 }),
};

export const PRESETS: Readonly<Record<string, PartialConfig>> = {
  ...WHOLE,
  'gpt2-medium-shard-of-2': shardOf(2, WHOLE['gpt2-medium'] ?? {}),
  'llama-3-8b-shard-of-8': shardOf(8, WHOLE['llama-3-8b'] ?? {}),
  'gpt3-175b-shard-of-8': shardOf(8, WHOLE['gpt3-175b'] ?? {}),
};
