/** A linear map, with or without a bias. Activations are 2-D between layers: a 3-D × 2-D matMul has a broken gradient in tfjs. */
import { ofVariable } from './component.ts';
import { withGradient } from './customGradient.ts';
import type { Tensor, Tensor2D, Variable } from './tensorflow.ts';
import { inTwoForms, type Tools } from './tools.ts';
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
export function linear(tools: Tools, x: Tensor2D, { weight, bias }: LinearParameters): Tensor2D {
  return product(tools, x, weight, bias, false);
}

/** `x`: [N, in] → [N, out]. `weight`: [in, out], or [out, in] where it is transposed. */
export function product(tools: Tools, x: Tensor2D, weight: Variable, bias: Variable | null, transposed: boolean) {
  const { operand, weight: cast, copiesWeights } = tools.precision;
  const run = (): Tensor2D => multiply(tools, operand(x), cast(weight as Tensor) as Tensor2D, bias, transposed);
  return copiesWeights ? tools.tf.tidy(run) : run();
}

/**
 * Kept by the minimal form, as by PyTorch's `addmm`: x and the weight. The weight is a variable, or its copy under autocast; a bias and the
 * product before it are not needed.
 */
const multiply = inTwoForms(
  ({ tf }, x: Tensor2D, weight: Tensor2D, bias: Variable | null, transposed: boolean): Tensor2D => {
    const multiplied: Tensor2D = tf.matMul(x, weight, false, transposed); // [N, out]
    return bias === null ? multiplied : (tf.add(multiplied, bias) as Tensor2D);
  },
  ({ tf }, x, weight, bias, transposed) =>
    withGradient<Tensor2D>(tf, bias === null ? [x, weight] : [x, weight, bias], {
      forward() {
        const multiplied: Tensor2D = tf.matMul(x, weight, false, transposed); // [N, out]
        return { value: bias === null ? multiplied : tf.add(multiplied, bias), saved: [x, weight] };
      },
      backward(dy, [x, weight]) {
        const [dx, dw] = [
          tf.matMul(dy, weight as Tensor2D, false, !transposed), // [N, in]
          ofVariable(() =>
            transposed ? tf.matMul(dy, x as Tensor2D, true, false) : tf.matMul(x as Tensor2D, dy, true, false),
          ), // as the weight
        ];
        return bias === null ? [dx, dw] : [dx, dw, ofVariable(() => tf.sum(dy, 0))];
      },
    }),
);
