/** What is added to the residual stream. Kept by the minimal form: nothing; tfjs's tape keeps both summands, to look at their shapes. */
import { withGradient } from './customGradient.ts';
import type { Tensor2D } from './tensorflow.ts';
import { inTwoForms } from './tools.ts';

/** [N, H] + [N, H] → [N, H] */
export const addToStream = inTwoForms(
  ({ tf }, stream: Tensor2D, part: Tensor2D): Tensor2D => tf.add(stream, part),
  ({ tf }, stream, part) =>
    withGradient<Tensor2D>(tf, [stream, part], {
      forward: () => ({ value: tf.add(stream, part), saved: [] }),
      backward: (dy) => [dy.clone(), dy.clone()],
    }),
);
