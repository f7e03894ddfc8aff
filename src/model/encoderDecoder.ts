/** The transformer of Vaswani et al. 2017: an encoder reads the source, a decoder looks at what it made of it. One table of tokens for both. */
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

/** As `createSingleStack`. Blocks are counted through: the decoder's first is number L. */
export function createEncoderDecoder(
  tools: Tools,
  config: Pick<RunConfig, 'model' | 'batch'>,
  createVariable: CreateVariable,
  onWeights: () => void,
): Model {
  const { model } = config;
  const { create, variables } = collected(createVariable);
  const parameters = component('weights', () => {
    const tokens = createTokens(create, 'embedding', model);
    const encoderPositions = createPositions(create, 'encoder', model);
    const encoder = createStack(create, 'encoder/', model);
    const decoderPositions = createPositions(create, 'decoder', model);
    const decoder = createStack(create, 'decoder/', model, { cross: true, firstLayer: model.layers });
    const projection = createHead(create, tokens, model);
    return { tokens, encoderPositions, encoder, decoderPositions, decoder, head: projection };
  });
  onWeights();
  const constants = createConstants(tools.tf, config, { causal: true });
  const dropout = createDropout(tools, model.dropout);
  const { tokens } = parameters;
  const encoderWords = { tokens, positions: positionsOf(parameters.encoderPositions, constants) };
  const decoderWords = { tokens, positions: positionsOf(parameters.decoderPositions, constants) };

  const logits = ({ ids, source }: Pick<Batch, 'ids' | 'source'>): Tensor2D => {
    if (source === null) throw new Error('an encoder–decoder needs a source');
    const read = component('embedding', () => embedding(tools, source, encoderWords, dropout)); // [N, H]
    const memory = stack(tools, read, parameters.encoder, blockContext(config, constants, dropout, { masked: false })); // [N, H]
    const written = component('embedding', () => embedding(tools, ids, decoderWords, dropout)); // [N, H]
    const context = blockContext(config, constants, dropout, { masked: true, memory });
    const final = stack(tools, written, parameters.decoder, context); // [N, H]
    return component('head', () => head(tools, final, parameters.head)); // [N, V]
  };
  return modelOf(tools, logits, variables, constants);
}
