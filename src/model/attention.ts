/** Multi-head self-attention (Vaswani et al. 2017, §3.2): softmax(QKᵀ/√d + mask)·V, one fused projection for Q, K and V. */
import { createLinear, type LinearParameters, linear } from './linear.ts';
import type { Tensor2D, Tensor4D, Tf } from './tensorflow.ts';
import type { CreateVariable } from './variables.ts';

export interface AttentionParameters {
  readonly qkv: LinearParameters; // [H, 3H], [3H]
  readonly output: LinearParameters; // [H, H], [H]
}

export interface AttentionShape {
  readonly batchSize: number; // B
  readonly sequenceLength: number; // S
  readonly heads: number; // a
  readonly headSize: number; // d = H / a
}

export function createAttention(create: CreateVariable, name: string, hiddenSize: number): AttentionParameters {
  return {
    qkv: createLinear(create, `${name}/qkv`, hiddenSize, 3 * hiddenSize),
    output: createLinear(create, `${name}/output`, hiddenSize, hiddenSize),
  };
}

/** `x`: [N, H] with N = B·S, `mask`: [S, S] → [N, H] */
export function attention(
  tf: Tf,
  x: Tensor2D,
  parameters: AttentionParameters,
  mask: Tensor2D,
  { batchSize, sequenceLength, heads, headSize }: AttentionShape,
): Tensor2D {
  const splitHeads = (projected: Tensor2D): Tensor4D => {
    const perHead = tf.reshape(projected, [batchSize, sequenceLength, heads, headSize]); // [B, S, a, d]
    return tf.transpose(perHead, [0, 2, 1, 3]) as Tensor4D; // [B, a, S, d]
  };
  const qkv = linear(tf, x, parameters.qkv); // [N, 3H]
  const [q, k, v] = tf.split(qkv, 3, 1).map((part) => splitHeads(part as Tensor2D)) as [Tensor4D, Tensor4D, Tensor4D];
  const scores = tf.mul(tf.matMul(q, k, false, true), 1 / Math.sqrt(headSize)); // [B, a, S, S]
  const probabilities = tf.softmax(tf.add(scores, mask)); // [B, a, S, S]
  const context = tf.matMul(probabilities, v); // [B, a, S, d]
  const joined = tf.reshape(tf.transpose(context, [0, 2, 1, 3]), [batchSize * sequenceLength, heads * headSize]); // [N, H]
  return linear(tf, joined as Tensor2D, parameters.output); // [N, H]
}
