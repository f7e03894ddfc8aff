/** The position-wise feed-forward network: up to F, an activation, down to H; gated (Shazeer 2020), a second map to F is multiplied in. */
import type { RunConfig } from '../config/schema.ts';
import { type Activation, activate } from './activation.ts';
import { createLinear, type LinearParameters, linear } from './linear.ts';
import type { Tensor2D, Tf } from './tensorflow.ts';
import type { CreateVariable } from './variables.ts';

export interface FeedForwardParameters {
  readonly gate: LinearParameters | null; // [H, F], [F]
  readonly up: LinearParameters; // [H, F], [F]
  readonly down: LinearParameters; // [F, H], [H]
  readonly activation: Activation;
}

export function createFeedForward(
  create: CreateVariable,
  name: string,
  { hiddenSize: H, feedForwardSize: F, gatedFeedForward, activation, biases }: RunConfig['model'],
): FeedForwardParameters {
  return {
    gate: gatedFeedForward ? createLinear(create, `${name}/gate`, [H, F], biases) : null,
    up: createLinear(create, `${name}/up`, [H, F], biases),
    down: createLinear(create, `${name}/down`, [F, H], biases),
    activation,
  };
}

/** `x`: [N, H] → [N, H] */
export function feedForward(tf: Tf, x: Tensor2D, { gate, up, down, activation }: FeedForwardParameters): Tensor2D {
  const hidden =
    gate === null
      ? activate(tf, linear(tf, x, up), activation)
      : tf.mul(activate(tf, linear(tf, x, gate), activation), linear(tf, x, up)); // [N, F]
  return linear(tf, hidden as Tensor2D, down); // [N, H]
}
