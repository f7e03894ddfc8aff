/** Backward through a linear map: the sum with its bias, the product, and the casts of what it took. */
import type { Component } from '../../../../records/quantity.ts';
import { type Gradient, ofVariable, own, view } from '../../backward/gradient.ts';
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
  let out = dy;
  if (hasBias) {
    const bias = ofVariable(columns, [reduced(name, [N * columns, p], columns, host, 'gradients')]);
    [out] = walk.node({
      ...{ by, dys: [dy], parts: [view(by, dy, host), bias] },
      gone: { [name]: N * columns * p }, // the product (Add.a)
    });
  }
  const ofWeight = product(
    ...([name, [N * rows, p], [N * columns, p], matrix, scratch] as const),
    isNarrow || isTied ? name : 'gradients',
  );
  const ofInput = product(name, [N * columns, p], [matrix, copiesWeight ? widths.weightCopy : WIDE], N * rows, scratch);
  const [direct, weight] = walk.node({
    ...{ by, dys: [out] },
    parts: [
      own(name, [N * rows, p], [ofInput], isCopied ? null : input.before),
      isNarrow
        ? own(name, [matrix, p], [ofWeight])
        : ofVariable(matrix, [ofWeight], { component: isTied ? name : 'gradients', variable }),
    ],
    gone: plus({ [name]: matrix * widths.weightCopy }, isCopied ? { [name]: N * rows * p } : input.gone), // MatMul.b, if it is a copy, and MatMul.a
  });
  return operandCastsBackward(walk, pass, name, { input: direct, weight }, map);
}
