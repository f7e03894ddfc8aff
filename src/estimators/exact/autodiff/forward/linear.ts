/** Forward through a linear map. */
import type { Component } from '../../../../records/quantity.ts';
import type { LinearMap } from '../../forward/operations.ts';
import { elementwise, product } from '../../kernels.ts';
import { type Moment, made } from '../../moments.ts';
import type { Pass } from '../../pass.ts';
import { WIDE } from '../../widths.ts';

export function linearForward(
  { N, scratch, widths }: Pass,
  name: Component,
  { rows, columns, fromStream, hasBias }: LinearMap,
): Moment[] {
  const { product: p, weightCopy, copiesOperands } = widths;
  const matrix = rows * columns;
  const weight = weightCopy > 0 ? weightCopy : WIDE;
  return [
    ...(fromStream && copiesOperands ? [made(name, N * rows * p)] : []), // the input's narrow copy
    ...(weightCopy > 0 ? [made(name, matrix * weightCopy)] : []), // the weight's
    product(name, [N * rows, p], [matrix, weight], N * columns, scratch),
    ...(hasBias ? [elementwise(name, [N * columns, p], [columns, WIDE])] : []),
  ];
}
