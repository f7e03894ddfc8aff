/** Operations that bring their own gradient, and so decide themselves what is kept for it. */
import type { Tensor, Tf } from './tensorflow.ts';

/** A value, and what its gradient will need; all else that made it is freed at once. */
export interface Kept<T extends Tensor> {
  readonly value: T;
  readonly saved: readonly Tensor[];
}

export interface CustomGradient<T extends Tensor> {
  forward(): Kept<T>;
  /** One gradient for each input, in their order. Frees what it makes on the way. */
  backward(dy: T, saved: readonly Tensor[]): Tensor[];
}

/**
 * `x` through `steps`, each result freed as soon as the next is there, as within one kernel: for custom gradients, where nothing is recorded.
 */
export function through<T extends Tensor>(x: T, ...steps: readonly ((x: T) => T)[]): T {
  return steps.reduce((before, step) => {
    const after = step(before);
    if (before !== x && before !== after) before.dispose();
    return after;
  }, x);
}

/** The tape gets `saved`, and nothing else of what `forward` makes. Keeping an input, a variable or a value that is kept already costs nothing. */
export function withGradient<T extends Tensor>(
  tf: Tf,
  inputs: readonly Tensor[],
  { forward, backward }: CustomGradient<T>,
): T {
  const operation = tf.customGrad((...inputsAndSave) => {
    const save = inputsAndSave.at(-1) as (tensors: Tensor[]) => void;
    const { value, saved } = forward();
    save([...saved]);
    return { value, gradFunc: (dy: Tensor, kept: Tensor[]) => tf.tidy(() => backward(dy as T, kept)) };
  });
  return operation(...inputs) as T;
}
