/** 16-bit storage under tensors that tfjs takes for float32: the model says where, whoever runs it says how. */
import type { Tensor } from './tensorflow.ts';

/**
 * Both are operations with a gradient and keep nothing on the tape. Where the width is right already there is no operation: the very same
 * tensor comes back, so it is not to be disposed by itself, and its gradient is what it would be.
 */
export interface Casts {
  /** The values in 16 bits; the same tensor where they are already. Its gradient has the width of `x`. */
  narrow<T extends Tensor>(x: T): T;
  /** The values in 32 bits; the same tensor where they are already. Its gradient has the width of `x`. */
  widen<T extends Tensor>(x: T): T;
}
