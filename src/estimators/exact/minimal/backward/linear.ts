/** Backward through a linear map that brings its own gradient. */
import type { Component } from '../../../../records/quantity.ts';
import { joined, type Part } from '../../backward/gradient.ts';
import type { LinearMap, Through } from '../../backward/operations.ts';
import { cast, product, reduced } from '../../kernels.ts';
import { made } from '../../moments.ts';
import type { Pass } from '../../pass.ts';
import { WIDE } from '../../widths.ts';

export function linearBackward(
  { N, host, scratch, widths }: Pass,
  name: Component,
  { rows, columns, input, hasBias }: LinearMap,
): Through {
  const p = widths.product;
  const matrix = rows * columns;
  const weight = widths.weightCopy > 0 ? widths.weightCopy : WIDE;
  const own: Part = { component: name, width: p, isView: false };
  // Where the product took a narrow copy, the gradient is that of the copy, and widened it is the input's.
  const isCopied = input.width !== p;
  const added = joined(name, N * rows, input.before, isCopied ? { ...own, width: input.width } : own);
  return {
    moments: [
      product(name, [N * columns, p], [matrix, weight], N * rows, scratch), // of the input
      product('gradients', [N * rows, p], [N * columns, p], matrix, scratch), // of the weight
      ...(hasBias ? [reduced('gradients', [N * columns, p], columns, host)] : []),
      ...(isCopied ? [] : added.moments),
      ...(p < WIDE ? [made('gradients', matrix * WIDE)] : []), // that of the weight, widened
      ...(isCopied ? [...cast(name, N * rows, p, input.width), ...added.moments] : []),
    ],
    sum: added.sum,
  };
}
