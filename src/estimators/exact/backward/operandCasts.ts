/** Backward through the casts of what a linear map took, the same in both forms: of its weight, and of its input. */
import type { Component } from '../../../records/quantity.ts';
import { cast } from '../kernels.ts';
import { made } from '../moments.ts';
import type { Pass } from '../pass.ts';
import { WIDE } from '../widths.ts';
import { type Gradient, ofVariable, own } from './gradient.ts';
import type { LinearMap } from './operations.ts';
import type { Walk } from './walk.ts';

/** `input` and `weight`: as the product gives them. */
export function operandCastsBackward(
  walk: Walk,
  { N, widths: { product: p } }: Pass,
  by: Component,
  { input, weight }: { readonly input: Gradient; readonly weight: Gradient },
  map: LinearMap,
): { input: Gradient; weight: Gradient } {
  const matrix = map.rows * map.columns;
  const widened = ofVariable(matrix, [made('gradients', matrix * WIDE)], { variable: map.isTied ? 'part' : 'whole' });
  const whole = p < WIDE ? walk.through(by, weight, widened) : weight;
  const { width, before } = map.input;
  if (width === p) return { input, weight: whole };
  const uncast = own(by, [N * map.rows, width], cast(by, N * map.rows, p, width), before);
  return { input: walk.through(by, input, uncast), weight: whole };
}
