/** Backward through a linear map that brings its own gradient, and through the casts of what it took. */
import type { Component } from '../../../../records/quantity.ts';
import { type Gradient, ofVariable, own } from '../../backward/gradient.ts';
import { operandCastsBackward } from '../../backward/operandCasts.ts';
import type { LinearMap } from '../../backward/operations.ts';
import type { Walk } from '../../backward/walk.ts';
import { plus } from '../../byComponent.ts';
import { product, reduced } from '../../kernels.ts';
import type { Pass } from '../../pass.ts';
import { WIDE } from '../../widths.ts';

export function linearBackward(
  walk: Walk,
  pass: Pass,
  name: Component,
  dy: Gradient,
  map: LinearMap,
): { input: Gradient; weight: Gradient } {
  const { N, host, scratch, widths } = pass;
  const { rows, columns, input, hasBias, isTied = false } = map;
  const p = widths.product;
  const matrix = rows * columns;
  const copiesWeight = widths.weightCopy > 0;
  const isNarrow = p < WIDE;
  const isCopied = input.width !== p; // the product took a narrow copy, and keeps that
  const variable = isTied ? 'part' : 'whole';
  const by = name;
  const [direct, weight] = walk.node({
    ...{ by, dys: [dy] },
    atOnce: [
      product(name, [N * columns, p], [matrix, copiesWeight ? widths.weightCopy : WIDE], N * rows, scratch), // of the input
      product('gradients', [N * rows, p], [N * columns, p], matrix, scratch), // of the weight
      ...(hasBias ? [reduced('gradients', [N * columns, p], columns, host)] : []),
    ],
    parts: [
      own(name, [N * rows, p], [], isCopied ? null : input.before),
      isNarrow ? own('gradients', [matrix, p]) : ofVariable(matrix, [], { variable }),
      ...(hasBias ? [ofVariable(columns)] : []),
    ],
    gone: plus({ [name]: matrix * widths.weightCopy }, isCopied ? { [name]: N * rows * p } : input.gone),
  }) as readonly [Gradient, Gradient];
  return operandCastsBackward(walk, pass, name, { input: direct, weight }, map);
}
