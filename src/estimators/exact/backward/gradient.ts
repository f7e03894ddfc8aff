/** Gradients on their way, and what a node gives of them. */
import type { Component } from '../../../records/quantity.ts';
import { INT32_BYTES, type Operand } from '../kernels.ts';
import { type Moment, made } from '../moments.ts';
import { WIDE } from '../widths.ts';

/** What has come so far of the gradient of one tensor. */
export interface Gradient {
  readonly component: Component;
  readonly elements: number;
  readonly width: number;
  /** Tensors over its buffer, which goes with the last of them. */
  holders: number;
}

/** What a node gives of the gradient of one of its inputs. */
export interface Part {
  /** What makes it, and leaves it alone. */
  readonly moments: readonly Moment[];
  /** A buffer of its own; or a gradient that is there, of which it is a view. */
  readonly of: Omit<Gradient, 'holders'> | Gradient;
  /** What there is already of the same gradient. */
  readonly before: Gradient | null;
  /** Of a variable, of which it gives the last part or not. */
  readonly variable: 'whole' | 'part' | null;
}

/** Made by `moments`, or at once where there are none. */
export const own = (
  component: Component,
  [elements, width]: Operand,
  moments: readonly Moment[] = [],
  before: Gradient | null = null,
): Part => ({ moments, of: { component, elements, width }, before, variable: null });

/** `gradient` in another shape, of which a Reshape has an int32 each on the host. */
export const view = (
  by: Component,
  gradient: Gradient,
  host: 0 | 1,
  { rank = 2, before = null }: { readonly rank?: number; readonly before?: Gradient | null } = {},
): Part => ({
  moments: rank > 0 && host > 0 ? [made(by, 0, rank * INT32_BYTES)] : [],
  of: gradient,
  before,
  variable: null,
});

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
): Part => ({ moments, of: { component, elements, width: WIDE }, before, variable });
