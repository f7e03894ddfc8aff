/** What the article's two formula sets share: its source, its count of parameters and its bytes per parameter. */
import type { RunConfig } from '../../config/schema.ts';

export const ARTICLE = {
  citation:
    'A. Mittal, "Understanding Large Language Model Parameters and Memory Requirements: A Deep Dive", Unite.AI (2024), in its Spanish translation',
  version: '2024, as printed',
} as const;

/** "Each parameter is normally stored as a 32-bit floating-point number" ("Calcular la memoria del modelo"). */
export const BYTES_PER_PARAMETER = 4;

/** Section "Calcular el número de parámetros": N layers, the embedding and the output. */
export function articleParameters({ model }: RunConfig): number {
  const { layers: N, hiddenSize: d_model, feedForwardSize: d_ff, vocabularySize } = model;
  const attention = 4 * d_model ** 2; // "4 * d_model^2 (for the Q, K, V and output projections)": no biases
  const feedForward = 2 * d_model * d_ff + d_model + d_ff; // with biases: the text mixes both conventions
  const layerNorm = 2 * d_model; // "for scale and bias"
  const layer = attention + feedForward + 2 * layerNorm; // positions and the final norm are left out
  const embedding = vocabularySize * d_model;
  // "Parameters_output" has no formula; its example adds nothing, which is right for a tied head only.
  const output = model.tiedEmbedding ? 0 : vocabularySize * d_model;
  return N * layer + embedding + output;
}
