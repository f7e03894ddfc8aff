/**
 * One transformer block. Each part is added to the residual stream, with the norm in front of the part (pre: Xiong et al. 2020, GPT-2) or
 * behind the sum (post: Vaswani et al. 2017).
 */
import type { RunConfig } from '../config/schema.ts';
import type { Component } from '../records/quantity.ts';
import {
  type AttentionContext,
  type AttentionParameters,
  type AttentionShape,
  attention,
  createCrossAttention,
  createSelfAttention,
} from './attention.ts';
import { component } from './component.ts';
import type { Dropout } from './dropout.ts';
import { createFeedForward, type FeedForwardParameters, feedForward } from './feedForward.ts';
import type { KeyValueCache } from './keyValueCache.ts';
import { createNormalization, type NormalizationParameters, normalize } from './normalization.ts';
import { addToStream } from './residual.ts';
import type { Tensor2D } from './tensorflow.ts';
import type { Tools } from './tools.ts';
import type { CreateVariable } from './variables.ts';

export interface BlockParameters {
  readonly attentionNorm: NormalizationParameters;
  readonly attention: AttentionParameters;
  /** Only in the decoder of an encoder–decoder. */
  readonly cross: { readonly norm: NormalizationParameters; readonly attention: AttentionParameters } | null;
  readonly feedForwardNorm: NormalizationParameters;
  readonly feedForward: FeedForwardParameters;
}

/** In the order of the forward pass of a pre-norm block. */
export function createBlock(
  create: CreateVariable,
  name: string,
  model: RunConfig['model'],
  { cross = false } = {},
): BlockParameters {
  return {
    attentionNorm: createNormalization(create, `${name}/attentionNorm`, model),
    attention: createSelfAttention(create, `${name}/attention`, model),
    cross: cross
      ? {
          norm: createNormalization(create, `${name}/crossNorm`, model),
          attention: createCrossAttention(create, `${name}/crossAttention`, model),
        }
      : null,
    feedForwardNorm: createNormalization(create, `${name}/feedForwardNorm`, model),
    feedForward: createFeedForward(create, `${name}/feedForward`, model),
  };
}

/** What a block works with beside its parameters. */
export interface BlockContext {
  readonly shape: AttentionShape;
  readonly self: AttentionContext;
  /** The encoder's output [B·T, H], for cross-attention. */
  readonly memory: { readonly rows: Tensor2D; readonly context: AttentionContext } | null;
  readonly placement: RunConfig['model']['normalizationPlacement'];
  /** Of what is added to the residual stream. */
  readonly dropout: Dropout;
  /** Of generation. */
  readonly cache: KeyValueCache | null;
}

/** `x`: [N, H] → [N, H]. One tidy: what the tape does not keep is freed when the block, which has that `number`, is done. */
export function block(
  tools: Tools,
  x: Tensor2D,
  parameters: BlockParameters,
  context: BlockContext,
  number: number,
): Tensor2D {
  const { shape, memory, placement, dropout, cache } = context;
  const self: AttentionContext =
    cache === null ? context.self : { ...context.self, remembered: (fresh) => cache.extend(number, fresh) };
  const { attentionNorm, cross, feedForwardNorm } = parameters;
  const { stream: entering } = tools.precision;
  /** x + part(norm(x)), or norm(x + part(x)) */
  const add = (
    stream: Tensor2D,
    norm: NormalizationParameters,
    name: Component,
    part: (input: Tensor2D) => Tensor2D,
  ): Tensor2D => {
    const normed = (rows: Tensor2D): Tensor2D => component('normalization', () => normalize(tools, rows, norm)); // [N, H]
    const input = placement === 'pre' ? normed(stream) : stream; // [N, H]
    const output = component(name, () => part(input)); // [N, H]
    const sum: Tensor2D = component('residual', () => addToStream(tools, stream, entering(dropout.apply(output)))); // [N, H]
    return placement === 'pre' ? sum : entering(normed(sum));
  };
  const output = tools.tf.tidy(() => {
    let stream = add(x, attentionNorm, 'attention', (rows) =>
      attention(tools, rows, rows, parameters.attention, self, shape),
    );
    if (cross !== null && memory !== null) {
      stream = add(stream, cross.norm, 'attention', (rows) =>
        attention(tools, rows, memory.rows, cross.attention, memory.context, shape),
      );
    }
    return add(stream, feedForwardNorm, 'feed-forward', (rows) => feedForward(tools, rows, parameters.feedForward));
  });
  cache?.blockDone();
  return output;
}
