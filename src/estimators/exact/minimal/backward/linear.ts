/** Backward through a linear map that brings its own gradient, and through the casts of what it took. */
import type { Component } from '../../../../records/quantity.ts';
import { type Gradient, ofVariable, own } from '../../backward/gradient.ts';
import type { LinearMap } from '../../backward/operations.ts';
import type { Walk } from '../../backward/walk.ts';
import { plus } from '../../byComponent.ts';
import { cast, product, reduced } from '../../kernels.ts';
import { made } from '../../moments.ts';
import type { Pass } from '../../pass.ts';
import { WIDE } from '../../widths.ts';

export function linearBackward(
  walk: Walk,
  { N, host, scratch, widths }: Pass,
  name: Component,
  dy: Gradient,
  { rows, columns, input, hasBias, isTied = false }: LinearMap,
): { input: Gradient; weight: Gradient } {
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
  const widened = ofVariable(matrix, [made('gradients', matrix * WIDE)], { variable });
  const whole = isNarrow ? walk.through(by, weight, widened) : weight;
  if (!isCopied) return { input: direct, weight: whole };
  const uncast = own(name, [N * rows, input.width], cast(name, N * rows, p, input.width), input.before);
  return { input: walk.through(by, direct, uncast), weight: whole };
}
