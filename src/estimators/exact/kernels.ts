/**
 * What TensorFlow's kernels make of operands of one width or another, and what is there beside it while they run: under 16 bits copies of
 * operands in the width that the kernel computes in (src/runtime/narrowHandles.ts), and on a CPU the scratch of 16-bit products.
 */
import type { Component } from '../../records/quantity.ts';
import { type Moment, made } from './moments.ts';
import { WIDE } from './widths.ts';

/** Elements, and bytes to each. */
export type Operand = readonly [elements: number, width: number];

/** Element by element: as wide as its narrowest operand, with copies of the wider ones; as long as its longest. */
export function elementwise(component: Component, a: Operand, b: Operand): Moment {
  const width = Math.min(a[1], b[1]);
  return made(component, Math.max(a[0], b[0]) * width, copy(a, width) + copy(b, width));
}

/** In 32 bits whatever its operand has (src/runtime/wideOperations.ts). */
export const wide = (component: Component, operand: Operand, elements: number): Moment =>
  made(component, elements * WIDE, copy(operand, WIDE));

/** A sum over one axis, which is an int32 on the host. `into`: who has what it makes, if not who runs it. */
export const reduced = (by: Component, operand: Operand, elements: number, host: 0 | 1, into = by): Moment =>
  made(into, elements * WIDE, copy(operand, WIDE) + INT32_BYTES * host, by);

export const INT32_BYTES = 4;

/** A product of matrices, or of many, with as many elements as come out. 16-bit ones are computed in 32 (src/shapes/scratch.ts, narrowProduct). */
export function product(
  by: Component,
  a: Operand,
  b: Operand,
  elements: number,
  scratch: 0 | 1,
  into: Component = by,
): Moment {
  const width = Math.min(a[1], b[1]);
  const computed = width < WIDE ? scratch * WIDE * (a[0] + b[0] + elements) : 0;
  return made(into, elements * width, copy(a, width) + copy(b, width), by, computed);
}

const copy = ([elements, own]: Operand, width: number): number => (own === width ? 0 : elements * width);

/** A cast that is an operation of its own; nothing where the width is right already. */
export const cast = (component: Component, elements: number, from: number, to: number): Moment[] =>
  from === to ? [] : [made(component, elements * to)];

/** Times a number, or with one added: tfjs uploads it for as long. */
export function withNumber(component: Component, operand: Operand): Moment {
  const moment = elementwise(component, operand, [1, WIDE]);
  return { ...moment, passing: moment.passing + WIDE };
}
