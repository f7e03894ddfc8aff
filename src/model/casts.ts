/** 16-bit storage under tensors that tfjs takes for float32. Values are cast where the model says so, and nowhere else. */
import type { Tensor } from './tensorflow.ts';

export interface Casts {
  /** The values in 16 bits; the same tensor where they are already. Its gradient has the width of `x`. */
  narrow<T extends Tensor>(x: T): T;
  /** The values in 32 bits; the same tensor where they are already. Its gradient has the width of `x`. */
  widen<T extends Tensor>(x: T): T;
}
