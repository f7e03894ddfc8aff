/** Forward through a linear map. */
import type { Component } from '../../../../records/quantity.ts';
import type { LinearMap } from '../../forward/operations.ts';
import { elementwise, product } from '../../kernels.ts';
import { freed, type Moment, made } from '../../moments.ts';
import type { Pass } from '../../pass.ts';
import { WIDE } from '../../widths.ts';

export function linearForward(
  { N, scratch, widths }: Pass,
  name: Component,
  { rows, columns, fromStream, hasBias }: LinearMap,
): Moment[] {
  const { product: p, weightCopy, copiesOperands, variable } = widths;
  const matrix = rows * columns;
  const weight = weightCopy > 0 ? weightCopy : variable;
  const bias = hasBias ? [elementwise(name, [N * columns, p], [columns, variable])] : [];
  if (widths.dequantizes && name !== 'head') {
    const widened = made(name, matrix * WIDE); // the integers in 32 bits; and that times the scales
    const multiplied = product(name, [N * rows, p], [matrix, WIDE], N * columns, scratch);
    return [widened, widened, multiplied, ...bias, freed(name, 2 * widened.bytes + (hasBias ? multiplied.bytes : 0))];
  }
  return [
    ...(fromStream && copiesOperands ? [made(name, N * rows * p)] : []), // the input's narrow copy
    ...(weightCopy > 0 ? [made(name, matrix * weightCopy)] : []), // the weight's
    product(name, [N * rows, p], [matrix, weight], N * columns, scratch),
    ...bias,
  ];
}
