/** Dropout (Srivastava et al. 2014) as tfjs has it: what is kept is scaled by 1 / (1 − rate). */
import { through, withGradient } from './customGradient.ts';
import type { Tensor } from './tensorflow.ts';
import type { Tools } from './tools.ts';

/** Drops from tensors, each time others. Draws are numbered, so that a run can be repeated, and a part of it drawn again. */
export interface Dropout {
  /** [any] → the same shape. Kept by the minimal form, as by PyTorch on CUDA: which elements stay, a byte each. */
  apply<T extends Tensor>(x: T): T;
  /** Which elements of a tensor like `x` stay, as bool, for operations that keep the mask themselves; null without a rate. */
  mask(x: Tensor): Tensor | null;
  /** What stays of `x`, scaled. */
  masked<T extends Tensor>(x: T, mask: Tensor): T;
  /** `run`, which draws the same each time it is called. */
  repeatable<Arguments extends unknown[], Result>(run: (...args: Arguments) => Result): (...args: Arguments) => Result;
}

/** Without a rate there is no operation at all. */
export function createDropout(
  { tf, savedTensors }: Pick<Tools, 'tf' | 'savedTensors'>,
  rate: number,
  seed = 1,
): Dropout {
  let draws = 0;
  const keep = 1 - rate;
  const nextSeed = (): number => {
    draws += 1;
    return seed + draws;
  };
  const draw = (shape: number[]): Tensor =>
    tf.tidy(() => tf.cast(tf.floor(tf.add(tf.randomUniform(shape, 0, 1, 'float32', nextSeed()), keep)), 'bool'));
  const masked = <T extends Tensor>(x: T, mask: Tensor): T =>
    tf.tidy(() =>
      tf.mul(
        x,
        through(
          mask,
          (stays) => tf.cast(stays, 'float32'),
          (stays) => tf.div(stays, keep),
        ),
      ),
    );
  const minimal = <T extends Tensor>(x: T): T =>
    withGradient<T>(tf, [x], {
      forward() {
        const mask = draw(x.shape);
        return { value: masked(x, mask), saved: [mask] };
      },
      backward: (dy, [mask]) => [masked(dy, mask as Tensor)],
    });
  const autodiff = <T extends Tensor>(x: T): T => tf.dropout(x, rate, undefined, nextSeed()) as T;
  const apply = savedTensors === 'minimal' ? minimal : autodiff;
  return {
    apply: rate === 0 ? (x) => x : apply,
    mask: (x) => (rate === 0 ? null : draw(x.shape)),
    masked,
    repeatable(run) {
      let first: number | null = null;
      return (...args) => {
        const later = draws;
        const again = first !== null;
        first ??= draws;
        draws = first;
        try {
          return run(...args);
        } finally {
          if (again) draws = later;
        }
      };
    },
  };
}
