/** A linear map with a bias. Activations are 2-D between layers: a 3-D × 2-D matMul has a broken gradient in tfjs. */
import type { Tensor2D, Tf, Variable } from './tensorflow.ts';
import type { CreateVariable } from './variables.ts';

export interface LinearParameters {
  readonly weight: Variable; // [in, out]
  readonly bias: Variable; // [out]
}

export function createLinear(create: CreateVariable, name: string, inputs: number, outputs: number): LinearParameters {
  return {
    weight: create(`${name}/weight`, [inputs, outputs], 'weight'),
    bias: create(`${name}/bias`, [outputs], 'bias'),
  };
}

/** `x`: [N, in] → [N, out] */
export function linear(tf: Tf, x: Tensor2D, { weight, bias }: LinearParameters): Tensor2D {
  return tf.add(tf.matMul(x, weight as unknown as Tensor2D), bias);
}
