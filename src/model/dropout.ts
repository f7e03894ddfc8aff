/** Dropout (Srivastava et al. 2014) as tfjs has it: what is kept is scaled by 1 / (1 − rate). */
import type { Tensor, Tf } from './tensorflow.ts';

/** Drops from any tensor, each time others. */
export type Dropout = <T extends Tensor>(x: T) => T;

/** Without a rate there is no operation at all. The seeds make a run repeatable. */
export function createDropout(tf: Tf, rate: number, seed = 1): Dropout {
  if (rate === 0) return (x) => x;
  let draws = 0;
  return <T extends Tensor>(x: T): T => {
    draws += 1;
    return tf.dropout(x, rate, undefined, seed + draws) as T;
  };
}
