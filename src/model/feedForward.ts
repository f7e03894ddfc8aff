/** The position-wise feed-forward network: up to F, GELU (Hendrycks & Gimpel 2016, with the error function), down to H. */
import { createLinear, type LinearParameters, linear } from './linear.ts';
import type { Tensor2D, Tf } from './tensorflow.ts';
import type { CreateVariable } from './variables.ts';

export interface FeedForwardParameters {
  readonly up: LinearParameters; // [H, F], [F]
  readonly down: LinearParameters; // [F, H], [H]
}

export function createFeedForward(
  create: CreateVariable,
  name: string,
  hiddenSize: number,
  feedForwardSize: number,
): FeedForwardParameters {
  return {
    up: createLinear(create, `${name}/up`, hiddenSize, feedForwardSize),
    down: createLinear(create, `${name}/down`, feedForwardSize, hiddenSize),
  };
}

/** x/2 · (1 + erf(x/√2)), elementwise. */
export function gelu(tf: Tf, x: Tensor2D): Tensor2D {
  return tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1));
}

/** `x`: [N, H] → [N, H] */
export function feedForward(tf: Tf, x: Tensor2D, { up, down }: FeedForwardParameters): Tensor2D {
  const hidden = gelu(tf, linear(tf, x, up)); // [N, F]
  return linear(tf, hidden, down); // [N, H]
}
