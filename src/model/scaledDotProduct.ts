/**
 * softmax(QKᵀ/√d + mask)·V (Vaswani et al. 2017, §3.2.1): the part of attention that grows with the square of the sequence. With fewer
 * key-value heads than heads (grouped-query attention, Ainslie et al. 2023; one of them is Shazeer's multi-query attention of 2019) the
 * query heads of a group are rows of one product: of the forms that have gradients in tfjs this one keeps the least.
 */
import { through, withGradient } from './customGradient.ts';
import type { Dropout } from './dropout.ts';
import type { Tensor, Tensor2D, Tensor4D, Tf } from './tensorflow.ts';
import { inTwoForms } from './tools.ts';

export interface Heads {
  readonly q: Tensor4D; // [B, a, S, d]
  readonly k: Tensor4D; // [B, k, T, d]
  readonly v: Tensor4D; // [B, k, T, d]
}

/**
 * → [B, a, S, d]. `mask`: [r·S, T] with r = a / k, or null.
 *
 * Kept by the minimal form, as by PyTorch without a fused kernel: q, k, v and the probabilities; with dropout also which of them stay (a
 * byte each) and what stays. Where the product wants 16 bits and softmax gives 32 (autocast), the product's copy is kept beside.
 */
export const scaledDotProduct = inTwoForms(
  ({ tf, precision }, { q, k, v }: Heads, mask: Tensor2D | null, dropout: Dropout): Tensor4D => {
    const rows = asRows(tf, q, k); // [B, k, r·S, d]
    const probabilities: Tensor4D = tf.softmax(scores(tf, rows, k, mask)); // [B, k, r·S, T]
    const mixed = tf.matMul(precision.operand(dropout.apply(probabilities)), v) as Tensor4D; // [B, k, r·S, d]
    return asRows(tf, mixed, q);
  },
  ({ tf, precision }, { q, k, v }, mask, dropout) =>
    withGradient<Tensor4D>(tf, [q, k, v], {
      forward() {
        const probabilities = precision.probabilities(tf.softmax(scores(tf, asRows(tf, q, k), k, mask))); // [B, k, r·S, T]
        const stays = dropout.mask(probabilities);
        const operand = precision.operand(stays === null ? probabilities : dropout.masked(probabilities, stays));
        const value = asRows(tf, tf.matMul(operand, v), q);
        return { value, saved: [q, k, v, probabilities, operand, ...(stays === null ? [] : [stays])] };
      },
      backward(dy, saved) {
        const [q, k, v, probabilities, operand] = saved as Tensor4D[] as [
          Tensor4D,
          Tensor4D,
          Tensor4D,
          Tensor4D,
          Tensor4D,
        ];
        const stays: Tensor | undefined = saved[5];
        const dMixed = asRows(tf, dy, k); // [B, k, r·S, d]
        const dScores = through(
          dMixed,
          (x) => tf.matMul(x, v, false, true), // [B, k, r·S, T]
          precision.probabilities,
          (x) => (stays === undefined ? x : dropout.masked(x, stays)),
          (x) => tf.mul(x, probabilities),
          (x) => tf.tidy(() => tf.sub(x, tf.mul(probabilities, tf.sum(x, -1, true)))), // softmax's gradient
          (x) => tf.mul(x, scale(k)),
          precision.operand,
        );
        return [
          asRows(tf, tf.matMul(dScores, k), q),
          tf.matMul(dScores, asRows(tf, q, k), true, false),
          tf.matMul(operand, dMixed, true, false),
        ];
      },
    }),
);

function scores(tf: Tf, rows: Tensor4D, k: Tensor4D, mask: Tensor2D | null): Tensor4D {
  const scaled = tf.mul(tf.matMul(rows, k, false, true), scale(k)); // [B, k, r·S, T]
  return (mask === null ? scaled : tf.add(scaled, mask)) as Tensor4D;
}

const scale = ({ shape }: Tensor4D): number => 1 / Math.sqrt(shape[3]);

/** Heads of `x` as rows of as many heads as `like` has, or the other way round: [B, a, S, d] ↔ [B, k, r·S, d] */
function asRows(tf: Tf, x: Tensor4D, like: Tensor4D): Tensor4D {
  const [batchSize, heads, length, size] = x.shape;
  const wanted = like.shape[1];
  return heads === wanted ? x : tf.reshape(x, [batchSize, wanted, (heads * length) / wanted, size]);
}
