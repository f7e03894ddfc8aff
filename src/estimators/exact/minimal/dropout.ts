/** A dropout of the minimal form: what stays of a tensor, or of its gradient, scaled. */
import type { Component } from '../../../records/quantity.ts';
import { chain, within } from '../chain.ts';
import { elementwise, withNumber } from '../kernels.ts';
import { type Moment, made } from '../moments.ts';
import { WIDE } from '../widths.ts';

/** Of `elements` of `width`: the product is left. */
export function masked(component: Component, elements: number, width: number): Moment[] {
  const scale = chain(made(component, elements * WIDE), withNumber(component, [elements, WIDE])); // the mask as float32, over the share that stays
  const product = elementwise(component, [elements, width], [elements, WIDE]);
  return within([...scale, product], component, product.bytes);
}
