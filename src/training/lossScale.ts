/**
 * The weight of a loss in backward. Static loss scaling (Micikevicius et al. 2018, §3.2): half's numbers vanish below 6e-8, so the gradients
 * of a model that computes in half are computed of a larger loss, and divided again before the optimizer sees them.
 */
import type { RunConfig } from '../config/schema.ts';
import type { Scalar, Tensor, Tf } from '../model/tensorflow.ts';

/** A power of two, so that scaling changes no digit of what does not vanish. */
const HALF_LOSS_SCALE = 1024;

const SCALED: readonly RunConfig['step']['precision'][] = ['autocast-float16', 'mixed-float16'];

/** 1 where nothing has to be scaled. */
export const lossScale = (precision: RunConfig['step']['precision']): number =>
  SCALED.includes(precision) ? HALF_LOSS_SCALE : 1;

/** `loss` with its value as it is and its gradient `weight` times as large. No operation at all where the weight is 1. */
export function weighted(tf: Tf, loss: Scalar, weight: number): Scalar {
  if (weight === 1) return loss;
  const operation = tf.customGrad((value) => ({
    value: tf.clone(value as Tensor),
    gradFunc: (dy: Tensor) => tf.mul(dy, weight),
  }));
  return operation(loss) as Scalar;
}
