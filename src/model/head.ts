/** The output projection to the vocabulary: a matrix of its own, or the token embedding again (Press & Wolf 2017). */
import type { Tensor2D, Tf, Variable } from './tensorflow.ts';

/** `weight`: [V, H] when it is the tied token embedding, [H, V] when it is untied. */
export interface HeadParameters {
  readonly weight: Variable;
  readonly tied: boolean;
}

/** `x`: [N, H] → logits [N, V] */
export function head(tf: Tf, x: Tensor2D, { weight, tied }: HeadParameters): Tensor2D {
  return tf.matMul(x, weight as unknown as Tensor2D, false, tied);
}
