/** Token and learned position embeddings, added. */
import type { Tensor2D, Tf, Variable } from './tensorflow.ts';
import type { CreateVariable } from './variables.ts';

export interface EmbeddingParameters {
  readonly tokens: Variable; // [V, H]
  readonly positions: Variable; // [maxPositions, H]
}

export function createEmbedding(
  create: CreateVariable,
  name: string,
  { vocabularySize, maxPositions, hiddenSize }: { vocabularySize: number; maxPositions: number; hiddenSize: number },
): EmbeddingParameters {
  return {
    tokens: create(`${name}/tokens`, [vocabularySize, hiddenSize], 'weight'),
    positions: create(`${name}/positions`, [maxPositions, hiddenSize], 'weight'),
  };
}

/** `ids`: [B, S] int32 → [N, H]: the residual stream that enters the first block. */
export function embedding(tf: Tf, ids: Tensor2D, { tokens, positions }: EmbeddingParameters): Tensor2D {
  const [batchSize, sequenceLength] = ids.shape;
  const hiddenSize = tokens.shape[1] as number;
  const positionIds = tf.range(0, sequenceLength, 1, 'int32'); // [S]
  const embedded = tf.add(tf.gather(tokens, ids), tf.gather(positions, positionIds)); // [B, S, H]
  return tf.reshape(embedded, [batchSize * sequenceLength, hiddenSize]); // [N, H]
}
