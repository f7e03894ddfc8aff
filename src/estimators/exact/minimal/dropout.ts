/** A dropout of the minimal form: what stays of a tensor, or of its gradient, scaled. */
import type { Component } from '../../../records/quantity.ts';
import { chain, within } from '../chain.ts';
import { elementwise, withNumber } from '../kernels.ts';
import { type Moment, made } from '../moments.ts';
import { BOOL, WIDE } from '../widths.ts';

/** Of `elements` of `width`: the product is left. */
export function masked(component: Component, elements: number, width: number): Moment[] {
  const scale = chain(made(component, elements * WIDE), withNumber(component, [elements, WIDE])); // the mask as float32, over the share that stays
  const product = elementwise(component, [elements, width], [elements, WIDE]);
  return within([...scale, product], component, product.bytes);
}

/** Which of `elements` stay, a byte each. */
export const drawn = (component: Component, elements: number): Moment[] =>
  within(
    [
      made(component, elements * WIDE), // random numbers
      made(component, elements * WIDE, WIDE), // and the share that stays
      made(component, elements * WIDE), // rounded down
      made(component, elements * BOOL), // as bool
    ],
    component,
    elements * BOOL,
  );
