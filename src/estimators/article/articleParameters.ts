/** What the article's formula sets share: its source, and its count of parameters for a configuration. */
import type { RunConfig } from '../../config/schema.ts';
import { type ArticleModel, modelParameters } from './printedFormulas.ts';

export const ARTICLE = {
  citation:
    'A. Mittal, "Understanding Large Language Model Parameters and Memory Requirements: A Deep Dive", Unite.AI (2024), in its Spanish translation',
  version: '2024, as printed',
} as const;

/** A configuration in the article's symbols. What it does not speak of (positions, biases, the final norm) is not there. */
export const articleModel = ({ model }: RunConfig): ArticleModel => ({
  d_model: model.hiddenSize,
  d_ff: model.feedForwardSize,
  N: model.layers,
  vocab_size: model.vocabularySize,
});

/** N layers, the embedding and the output: a tied head adds nothing, as in the article's example. */
export const articleParameters = (config: RunConfig): number =>
  modelParameters(articleModel(config), config.model.tiedEmbedding ? 'none' : 'own-head');
