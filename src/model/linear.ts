/** A linear map, with or without a bias. Activations are 2-D between layers: a 3-D × 2-D matMul has a broken gradient in tfjs. */
import type { Tensor2D, Tf, Variable } from './tensorflow.ts';
import type { CreateVariable } from './variables.ts';

export interface LinearParameters {
  readonly weight: Variable; // [in, out]
  readonly bias: Variable | null; // [out]
}

export function createLinear(
  create: CreateVariable,
  name: string,
  [inputs, outputs]: readonly [inputs: number, outputs: number],
  biases: boolean,
): LinearParameters {
  return {
    weight: create(`${name}/weight`, [inputs, outputs], 'weight'),
    bias: biases ? create(`${name}/bias`, [outputs], 'bias') : null,
  };
}

/** `x`: [N, in] → [N, out] */
export function linear(tf: Tf, x: Tensor2D, { weight, bias }: LinearParameters): Tensor2D {
  const product: Tensor2D = tf.matMul(x, weight as unknown as Tensor2D); // [N, out]
  return bias === null ? product : (tf.add(product, bias) as Tensor2D);
}
