/** The gradient of an activation on its way: what is there of it, and how another part is added. */
import type { Component } from '../../../records/quantity.ts';
import { elementwise } from '../kernels.ts';
import { freed, type Moment } from '../moments.ts';

/** What of a gradient has come so far. */
export interface Part {
  readonly component: Component;
  readonly width: number;
  /** It is a buffer that goes when a sum takes its place; a view is of somebody else's. */
  readonly isView: boolean;
}

/** Another part of `elements` is there: the sum, and what was there before goes. The part itself stays. Nothing where it is the first. */
export function joined(
  component: Component,
  elements: number,
  before: Part | null,
  part: Part,
): { readonly moments: readonly Moment[]; readonly sum: Part } {
  if (before === null) return { moments: [], sum: part };
  const sum = elementwise(component, [elements, before.width], [elements, part.width]);
  const width = Math.min(before.width, part.width);
  const gone = before.isView ? [] : [freed(before.component, elements * before.width)];
  return { moments: [sum, ...gone], sum: { component, width, isView: false } };
}
