/** Backward through a linear map. */
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
  { rows, columns, input, hasBias, isTied = false }: LinearMap,
): Through {
  const p = widths.product;
  const matrix = rows * columns;
  const weight = widths.weightCopy > 0 ? widths.weightCopy : WIDE;
  const own: Part = { component: name, width: p, isView: false };
  // Where the product took a narrow copy, the gradient is that of the copy, and widened it is the input's.
  const isCopied = input.width !== p;
  const direct = joined(name, N * rows, isCopied ? null : input.before, own);
  const through = joined(name, N * rows, input.before, { ...own, width: input.width });
  const isNarrow = p < WIDE;
  const moments = [
    ...(hasBias ? [reduced(name, [N * columns, p], columns, host, 'gradients')] : []),
    product(name, [N * columns, p], [matrix, weight], N * rows, scratch), // of the input
    ...direct.moments,
    product(name, [N * rows, p], [N * columns, p], matrix, scratch, isNarrow || isTied ? name : 'gradients'), // of the weight
    ...(isNarrow ? [made('gradients', matrix * WIDE)] : []), // and widened
    ...(isCopied ? [...cast(name, N * rows, p, input.width), ...through.moments] : []),
  ];
  return { moments, sum: isCopied ? through.sum : direct.sum };
}
