/** Backward through a linear map. */
import type { Component } from '../../../../records/quantity.ts';
import { cast, product, reduced } from '../../kernels.ts';
import { type Moment, made } from '../../moments.ts';
import { WIDE } from '../../widths.ts';
import type { Pass } from '../pass.ts';
import { joined, type Part } from './gradient.ts';

interface Map {
  readonly rows: number;
  readonly columns: number;
  /** Of its input, with the width that it came in, and what its gradient has already. */
  readonly input: { readonly width: number; readonly before: Part | null };
  readonly hasBias: boolean;
  /** Who has the gradient of the weight as the product gives it, if it is not whole yet. */
  readonly weightInto?: Component;
}

/** dy has the width of a product. */
export function linearBackward(
  { N, host, scratch, widths }: Pass,
  name: Component,
  { rows, columns, input, hasBias, weightInto = 'gradients' }: Map,
): { readonly moments: readonly Moment[]; readonly sum: Part } {
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
    product(name, [N * rows, p], [N * columns, p], matrix, scratch, isNarrow ? name : weightInto), // of the weight
    ...(isNarrow ? [made('gradients', matrix * WIDE)] : []), // and widened
    ...(isCopied ? [...cast(name, N * rows, p, input.width), ...through.moments] : []),
  ];
  return { moments, sum: isCopied ? through.sum : direct.sum };
}
