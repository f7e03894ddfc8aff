/** One pre-norm transformer block: x + attention(norm(x)), then x + feedForward(norm(x)). */
import { type AttentionParameters, type AttentionShape, attention, createAttention } from './attention.ts';
import { component } from './component.ts';
import { createFeedForward, type FeedForwardParameters, feedForward } from './feedForward.ts';
import { createNormalization, layerNormalization, type NormalizationParameters } from './normalization.ts';
import type { Tensor2D, Tf } from './tensorflow.ts';
import type { CreateVariable } from './variables.ts';

export interface BlockParameters {
  readonly attentionNorm: NormalizationParameters;
  readonly attention: AttentionParameters;
  readonly feedForwardNorm: NormalizationParameters;
  readonly feedForward: FeedForwardParameters;
}

export function createBlock(
  create: CreateVariable,
  name: string,
  { hiddenSize, feedForwardSize }: { hiddenSize: number; feedForwardSize: number },
): BlockParameters {
  return {
    attentionNorm: createNormalization(create, `${name}/attentionNorm`, hiddenSize),
    attention: createAttention(create, `${name}/attention`, hiddenSize),
    feedForwardNorm: createNormalization(create, `${name}/feedForwardNorm`, hiddenSize),
    feedForward: createFeedForward(create, `${name}/feedForward`, hiddenSize, feedForwardSize),
  };
}

/** `x`: [N, H] → [N, H]. One tidy: what the tape does not keep is freed when the block is done. */
export function block(
  tf: Tf,
  x: Tensor2D,
  parameters: BlockParameters,
  mask: Tensor2D,
  shape: AttentionShape,
): Tensor2D {
  return tf.tidy(() => {
    const attentionInput = component('normalization', () => layerNormalization(tf, x, parameters.attentionNorm)); // [N, H]
    const attended = component('attention', () => attention(tf, attentionInput, parameters.attention, mask, shape)); // [N, H]
    const middle: Tensor2D = component('residual', () => tf.add(x, attended)); // [N, H]
    const feedForwardInput = component('normalization', () =>
      layerNormalization(tf, middle, parameters.feedForwardNorm),
    ); // [N, H]
    const transformed = component('feed-forward', () => feedForward(tf, feedForwardInput, parameters.feedForward)); // [N, H]
    return component('residual', () => tf.add(middle, transformed)); // [N, H]
  });
}
