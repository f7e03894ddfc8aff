/** The output projection to the vocabulary: a matrix of its own, or the token embedding again (Press & Wolf 2017). */
import { product } from './linear.ts';
import type { Tensor2D, Variable } from './tensorflow.ts';
import type { Tools } from './tools.ts';

/** `weight`: [V, H] when it is the tied token embedding, [H, V] when it is untied. */
export interface HeadParameters {
  readonly weight: Variable;
  readonly tied: boolean;
}

/** `x`: [N, H] → logits [N, V] */
export function head(tools: Tools, x: Tensor2D, { weight, tied }: HeadParameters): Tensor2D {
  return product(tools, x, weight, null, tied);
}
