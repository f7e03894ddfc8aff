/** One stack: the decoder (GPT-2's: no position sees a later one) and the encoder (BERT's: every position sees all). */
import type { RunConfig } from '../config/schema.ts';
import { component } from './component.ts';
import { createDropout } from './dropout.ts';
import { createTokens, embedding } from './embedding.ts';
import { head } from './head.ts';
import type { KeyValueCache } from './keyValueCache.ts';
import type { Batch, Model } from './model.ts';
import {
  blockContext,
  type Constants,
  createConstants,
  createHead,
  createPositions,
  modelOf,
  positionsOf,
} from './parts.ts';
import { createStack, stack } from './stack.ts';
import type { Tensor2D, Tensor3D, Tf } from './tensorflow.ts';
import type { Tools } from './tools.ts';
import { type CreateVariable, collected } from './variables.ts';
import { constantsWithin } from './window.ts';

/** Makes the variables in the order of the forward pass, then what is constant. `onWeights` is called between the two. */
export function createSingleStack(
  tools: Tools,
  config: Pick<RunConfig, 'model' | 'batch'>,
  createVariable: CreateVariable,
  onWeights: () => void,
): Model {
  const { model } = config;
  const causal = model.architecture === 'decoder';
  const { create, variables } = collected(createVariable);
  const parameters = component('weights', () => {
    const tokens = createTokens(create, 'embedding', model);
    const learned = createPositions(create, 'embedding', model);
    const blocks = createStack(create, '', model);
    return { tokens, learned, blocks, head: createHead(create, tokens, model) };
  });
  onWeights();
  const constants = createConstants(tools.tf, config, { causal });
  const dropout = createDropout(tools, model.dropout);
  const parametersAt = (own: Constants, from: number, cache: KeyValueCache | null) => ({
    context: blockContext(config, own, dropout, { masked: causal, cache }),
    words: { tokens: parameters.tokens, positions: positionsOf(parameters.learned, own, from) },
  });
  const whole = parametersAt(constants, 0, null);

  const final = (ids: Tensor2D, { words, context }: typeof whole): Tensor2D => {
    const x = component('embedding', () => embedding(tools, ids, words, dropout)); // [N, H]
    return stack(tools, x, parameters.blocks, context); // [N, H]
  };
  const logits = ({ ids }: Pick<Batch, 'ids'>): Tensor2D => {
    const rows = final(ids, whole); // [N, H]
    return component('head', () => head(tools, rows, parameters.head)); // [N, V]
  };
  const next = (ids: Tensor2D, cache: KeyValueCache): Tensor2D => {
    const [, count] = ids.shape;
    const window = { from: cache.length, count, columns: cache.columns(count) };
    const own = constantsWithin(tools.tf, constants, window, model);
    const rows = final(ids, parametersAt(own, window.from, cache)); // [B·n, H]
    cache.advance(count);
    return component('head', () => head(tools, lastOfEach(tools.tf, rows, count), parameters.head)); // [B, V]
  };
  return modelOf(tools, logits, variables, constants, causal ? next : null);
}

/** [B·n, H] → [B, H], the last row of every sequence. */
function lastOfEach(tf: Tf, rows: Tensor2D, count: number): Tensor2D {
  if (count === 1) return rows;
  const [all, width] = rows.shape;
  const sequences = tf.reshape(rows, [all / count, count, width]) as Tensor3D; // [B, n, H]
  return tf.reshape(tf.slice(sequences, [0, count - 1, 0], [all / count, 1, width]), [all / count, width]);
}
