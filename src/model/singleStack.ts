/** One stack: the decoder (GPT-2's: no position sees a later one) and the encoder (BERT's: every position sees all). */
import type { RunConfig } from '../config/schema.ts';
import { component } from './component.ts';
import { createDropout } from './dropout.ts';
import { createTokens, embedding } from './embedding.ts';
import { head } from './head.ts';
import type { Batch, Model } from './model.ts';
import { blockContext, createConstants, createHead, createPositions, modelOf, positionsOf } from './parts.ts';
import { createStack, stack } from './stack.ts';
import type { Tensor2D } from './tensorflow.ts';
import type { Tools } from './tools.ts';
import { type CreateVariable, collected } from './variables.ts';

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
  const context = blockContext(config, constants, dropout, { masked: causal });
  const words = { tokens: parameters.tokens, positions: positionsOf(parameters.learned, constants) };

  const logits = ({ ids }: Pick<Batch, 'ids'>): Tensor2D => {
    const x = component('embedding', () => embedding(tools, ids, words, dropout)); // [N, H]
    const final = stack(tools, x, parameters.blocks, context); // [N, H]
    return component('head', () => head(tools, final, parameters.head)); // [N, V]
  };
  return modelOf(tools, logits, variables, constants);
}
