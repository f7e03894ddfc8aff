/** The decoder-only transformer (GPT-2's): embeddings, L pre-norm blocks, a final norm, the head, the loss. */
import type { RunConfig } from '../config/schema.ts';
import { type BlockParameters, block, createBlock } from './block.ts';
import { createEmbedding, embedding } from './embedding.ts';
import { head } from './head.ts';
import { crossEntropy } from './loss.ts';
import { causalMask } from './mask.ts';
import { createNormalization, layerNormalization } from './normalization.ts';
import type { Scalar, Tensor1D, Tensor2D, Tf, Variable } from './tensorflow.ts';
import type { CreateVariable } from './variables.ts';

export interface Batch {
  readonly ids: Tensor2D; // [B, S] int32
  readonly targets: Tensor1D; // [N] int32
}

export interface Model {
  /** Logits [N, V] for `ids` [B, S]. */
  logits(ids: Tensor2D): Tensor2D;
  /** Mean cross-entropy of the next tokens. */
  loss(batch: Batch): Scalar;
  /** In the order of their creation. */
  readonly variables: readonly Variable[];
  dispose(): void;
}

/** Makes the variables in the order of the forward pass, then what is constant. `onWeights` is called between the two. */
export function createDecoder(
  tf: Tf,
  { model, batch }: Pick<RunConfig, 'model' | 'batch'>,
  createVariable: CreateVariable,
  onWeights: () => void = () => {},
): Model {
  const variables: Variable[] = [];
  const create: CreateVariable = (...description) => {
    const variable = createVariable(...description);
    variables.push(variable);
    return variable;
  };
  const embeddings = createEmbedding(create, 'embedding', model);
  const blocks: BlockParameters[] = [];
  for (let layer = 0; layer < model.layers; layer++) blocks.push(createBlock(create, `block${layer}`, model));
  const finalNorm = createNormalization(create, 'finalNorm', model.hiddenSize);
  const projection = model.tiedEmbedding
    ? { weight: embeddings.tokens, tied: true }
    : { weight: create('head/weight', [model.hiddenSize, model.vocabularySize], 'weight'), tied: false };
  onWeights();
  const mask = causalMask(tf, batch.sequenceLength);
  const shape = {
    batchSize: batch.size,
    sequenceLength: batch.sequenceLength,
    heads: model.heads,
    headSize: model.headSize,
  };

  const logits = (ids: Tensor2D): Tensor2D => {
    let x = embedding(tf, ids, embeddings); // [N, H]
    for (const parameters of blocks) x = block(tf, x, parameters, mask, shape); // [N, H]
    return head(tf, layerNormalization(tf, x, finalNorm), projection); // [N, V]
  };
  return {
    logits,
    loss: ({ ids, targets }) => crossEntropy(tf, logits(ids), targets),
    variables,
    dispose: () => tf.dispose([mask, ...variables]),
  };
}
