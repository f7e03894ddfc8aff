/** The decoder-only transformer (GPT-2's): embeddings, L pre-norm blocks, a final norm, the head, the loss. */
import type { RunConfig } from '../config/schema.ts';
import { type BlockParameters, block, createBlock } from './block.ts';
import { component, layer } from './component.ts';
import { createEmbedding, type EmbeddingParameters, embedding } from './embedding.ts';
import { type HeadParameters, head } from './head.ts';
import { crossEntropy } from './loss.ts';
import { causalMask } from './mask.ts';
import { createNormalization, layerNormalization, type NormalizationParameters } from './normalization.ts';
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

interface DecoderParameters {
  readonly embedding: EmbeddingParameters;
  readonly blocks: readonly BlockParameters[];
  readonly finalNorm: NormalizationParameters;
  readonly head: HeadParameters;
}

/** In the order of the forward pass. */
function createParameters(create: CreateVariable, model: RunConfig['model']): DecoderParameters {
  const embeddings = createEmbedding(create, 'embedding', model);
  const blocks = Array.from({ length: model.layers }, (_, index) =>
    layer(index, () => createBlock(create, `block${index}`, model)),
  );
  const finalNorm = createNormalization(create, 'finalNorm', model.hiddenSize);
  const projection = model.tiedEmbedding
    ? { weight: embeddings.tokens, tied: true }
    : { weight: create('head/weight', [model.hiddenSize, model.vocabularySize], 'weight'), tied: false };
  return { embedding: embeddings, blocks, finalNorm, head: projection };
}

/** Makes the variables, then what is constant. `onWeights` is called between the two. */
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
  const parameters = component('weights', () => createParameters(create, model));
  onWeights();
  const mask = component('inputs', () => causalMask(tf, batch.sequenceLength)); // [S, S]
  const shape = {
    batchSize: batch.size,
    sequenceLength: batch.sequenceLength,
    heads: model.heads,
    headSize: model.headSize,
  };

  const logits = (ids: Tensor2D): Tensor2D => {
    let x = component('embedding', () => embedding(tf, ids, parameters.embedding)); // [N, H]
    for (const [index, own] of parameters.blocks.entries()) x = layer(index, () => block(tf, x, own, mask, shape)); // [N, H]
    const final = component('normalization', () => layerNormalization(tf, x, parameters.finalNorm)); // [N, H]
    return component('head', () => head(tf, final, parameters.head)); // [N, V]
  };
  const loss = ({ ids, targets }: Batch): Scalar => {
    const predicted = logits(ids); // [N, V]
    return component('loss', () => crossEntropy(tf, predicted, targets));
  };
  return { logits, loss, variables, dispose: () => tf.dispose([mask, ...variables]) };
}
