/** Whose steps are predicted. Batch and sequence are those that the peers are usually shown with. */
export const MODELS = {
  'gpt2-small': { preset: 'gpt2-small', batch: { size: 12, sequenceLength: 1024 } },
  'gpt2-xl': { preset: 'gpt2-xl', batch: { size: 1, sequenceLength: 1024 } },
  'llama-3-8b': { preset: 'llama-3-8b', batch: { size: 1, sequenceLength: 2048 } },
  'gpt3-175b': { preset: 'gpt3-175b', batch: { size: 1, sequenceLength: 2048 } },
  /** Small enough for arithmetic in JavaScript. */
  quickstart: {
    model: { layers: 2, hiddenSize: 64, heads: 4, vocabularySize: 200, tiedEmbedding: false },
    batch: { size: 4, sequenceLength: 32 },
  },
};
