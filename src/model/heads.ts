/** Between rows of tokens and heads. Kept by the minimal forms: nothing; tfjs's tape keeps the input of every Reshape. */
import { withGradient } from './customGradient.ts';
import type { Tensor2D, Tensor4D, Tf } from './tensorflow.ts';
import { inTwoForms } from './tools.ts';

interface Heads {
  readonly batchSize: number; // B
  readonly heads: number; // a
}

/** [B·S, a·d] → [B, a, S, d] */
export const splitHeads = inTwoForms(
  ({ tf }, x: Tensor2D, heads: Heads): Tensor4D => split(tf, x, heads),
  ({ tf }, x, heads) =>
    withGradient<Tensor4D>(tf, [x], {
      forward: () => ({ value: split(tf, x, heads), saved: [] }),
      backward: (dy) => [join(tf, dy)],
    }),
);

/** [B, a, S, d] → [B·S, a·d] */
export const joinHeads = inTwoForms(
  ({ tf }, x: Tensor4D): Tensor2D => join(tf, x),
  ({ tf }, x) => {
    const [batchSize, heads] = x.shape;
    return withGradient<Tensor2D>(tf, [x], {
      forward: () => ({ value: join(tf, x), saved: [] }),
      backward: (dy) => [split(tf, dy, { batchSize, heads })],
    });
  },
);

function split(tf: Tf, x: Tensor2D, { batchSize, heads }: Heads): Tensor4D {
  const [rows, width] = x.shape;
  const perHead = tf.reshape(x, [batchSize, rows / batchSize, heads, width / heads]); // [B, S, a, d]
  return tf.transpose(perHead, [0, 2, 1, 3]) as Tensor4D; // [B, a, S, d]
}

function join(tf: Tf, x: Tensor4D): Tensor2D {
  const [batchSize, heads, length, size] = x.shape;
  return tf.reshape(tf.transpose(x, [0, 2, 1, 3]), [batchSize * length, heads * size]); // [B·S, a·d]
}
