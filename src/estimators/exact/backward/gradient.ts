/** Gradients on their way, and what a node gives of them. */
import type { Component } from '../../../records/quantity.ts';
import { INT32_BYTES, type Operand } from '../kernels.ts';
import { type Moment, made } from '../moments.ts';
import { WIDE } from '../widths.ts';

export interface Buffer {
  readonly component: Component;
  readonly elements: number;
  readonly width: number;
}

/** What has come so far of the gradient of one tensor. */
export interface Gradient extends Buffer {
  /** Tensors over its buffer, which goes with the last of them. */
  holders: number;
}

/** What a node gives of the gradient of one of its inputs. */
export interface Part {
  /** What makes it, and leaves it alone. */
  readonly moments: readonly Moment[];
  readonly buffer: Buffer;
  /** Whose buffer it is: a gradient's that is there already; null if it is its own. */
  readonly viewOf: Gradient | null;
  /** What there is already of the same gradient. */
  readonly before: Gradient | null;
  /** Of a variable, of which it gives the last part or not. */
  readonly variable: 'whole' | 'part' | null;
}

/** Made by `moments`, or by what its node makes at once. */
export const own = (
  component: Component,
  [elements, width]: Operand,
  moments: readonly Moment[] = [],
  before: Gradient | null = null,
): Part => ({ moments, buffer: { component, elements, width }, viewOf: null, before, variable: null });

/** `gradient` in another shape, of which a Reshape has an int32 each on the host. */
export const view = (
  by: Component,
  gradient: Gradient,
  host: 0 | 1,
  { rank = 2, before = null }: { readonly rank?: number; readonly before?: Gradient | null } = {},
): Part => ({
  moments: host === 1 ? [made(by, 0, rank * INT32_BYTES)] : [],
  buffer: gradient,
  viewOf: gradient,
  before,
  variable: null,
});

/** Of a variable, which has 32 bits. */
export const ofVariable = (
  elements: number,
  moments: readonly Moment[] = [],
  {
    component = 'gradients',
    before = null,
    variable = 'whole',
  }: {
    readonly component?: Component;
    readonly before?: Gradient | null;
    readonly variable?: 'whole' | 'part';
  } = {},
): Part => ({ moments, buffer: { component, elements, width: WIDE }, viewOf: null, before, variable });
