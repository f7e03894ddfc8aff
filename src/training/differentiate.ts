/** Forward and backward in one call. Two kinds answer to it: tfjs as it is (`retaining.ts`), and one that frees as PyTorch does (`freeing.ts`). */
import type { Tensor, Tf } from '../model/tensorflow.ts';

export interface Differentiated<T> {
  readonly value: T;
  /** One for each of `xs`, of its shape; null where `value` does not depend on it. */
  readonly gradients: readonly (Tensor | null)[];
}

/** Where gradients go as they come, by their index in `xs`. Called in backward. */
export interface GradientSink {
  /** The first part of a gradient is there. */
  arriving(index: number): void;
  /** All of a gradient is there. Returns what stands in its place; if that is another tensor, `gradient` has been disposed. */
  complete(index: number, gradient: Tensor): Tensor;
}

export interface DifferentiateOptions {
  /** The gradient of what comes after `value`, of its shape; 1 if nothing does. It stays the caller's. */
  readonly dy?: Tensor;
  /** Called once, when the scope of the forward pass has ended. */
  readonly forwardEnded?: () => void;
  readonly sink?: GradientSink;
}

/**
 * The value of `f` and its gradients for `xs` (float32). They are the caller's to dispose; if `f` or backward throws, nothing is left behind.
 * May be called within a backward, from the gradient of an operation. Both kinds give the same bits.
 */
export type Differentiate = <T extends Tensor>(
  tf: Tf,
  f: () => T,
  xs: readonly Tensor[],
  options?: DifferentiateOptions,
) => Differentiated<T>;
