/** The position-wise feed-forward network: up to F, an activation, down to H; gated (Shazeer 2020), a second map to F is multiplied in. */
import type { RunConfig } from '../config/schema.ts';
import { type Activation, activate } from './activation.ts';
import { withGradient } from './customGradient.ts';
import { createLinear, type LinearParameters, linear } from './linear.ts';
import type { Tensor2D } from './tensorflow.ts';
import { inTwoForms, type Tools } from './tools.ts';
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
export function feedForward(
  tools: Tools,
  x: Tensor2D,
  { gate, up, down, activation }: FeedForwardParameters,
): Tensor2D {
  const hidden =
    gate === null
      ? activate(tools, linear(tools, x, up), activation)
      : gated(tools, activate(tools, linear(tools, x, gate), activation), linear(tools, x, up)); // [N, F]
  return linear(tools, hidden, down); // [N, H]
}

/** [N, F] × [N, F] → [N, F]. Kept by both forms: the two factors. */
const gated = inTwoForms(
  ({ tf }, opening: Tensor2D, x: Tensor2D): Tensor2D => tf.mul(opening, x),
  ({ tf }, opening, x) =>
    withGradient<Tensor2D>(tf, [opening, x], {
      forward: () => ({ value: tf.mul(opening, x), saved: [opening, x] }),
      backward: (dy, [opening, x]) => [tf.mul(dy, x as Tensor2D), tf.mul(dy, opening as Tensor2D)],
    }),
);
