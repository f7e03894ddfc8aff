/**
 * Attention (Vaswani et al. 2017, §3.2): softmax(QKᵀ/√d + mask)·V. With fewer key-value heads than heads (grouped-query attention, Ainslie
 * et al. 2023; one of them is Shazeer's multi-query attention of 2019) the query heads of a group are rows of one product: of the forms that
 * have gradients in tfjs this one keeps the least.
 */
import type { RunConfig } from '../config/schema.ts';
import type { Dropout } from './dropout.ts';
import { createLinear, type LinearParameters, linear } from './linear.ts';
import { type Rotation, rotate } from './rotary.ts';
import type { Tensor2D, Tensor4D, Tf } from './tensorflow.ts';
import type { CreateVariable } from './variables.ts';

/** One projection for Q, K and V where all come from the same rows; else one for Q and one for K and V. */
export interface AttentionParameters {
  readonly input: { readonly qkv: LinearParameters } | { readonly q: LinearParameters; readonly kv: LinearParameters };
  readonly output: LinearParameters; // [a·d, H], [H]
}

export interface AttentionShape {
  readonly batchSize: number; // B
  readonly heads: number; // a
  readonly keyValueHeads: number; // k
  readonly headSize: number; // d
}

/** What is added to the scores, and what is done to the queries and keys, by position. */
export interface AttentionContext {
  /** [r·S, S] with r = a / k, or null where every position may be looked at. */
  readonly mask: Tensor2D | null;
  readonly rotation: Rotation | null;
  readonly dropout: Dropout;
}

type Sizes = Pick<RunConfig['model'], 'hiddenSize' | 'heads' | 'keyValueHeads' | 'headSize' | 'biases'>;

export function createSelfAttention(create: CreateVariable, name: string, sizes: Sizes): AttentionParameters {
  const { hiddenSize: H, heads, keyValueHeads, headSize, biases } = sizes;
  const outputs = (heads + 2 * keyValueHeads) * headSize;
  return {
    input: { qkv: createLinear(create, `${name}/qkv`, [H, outputs], biases) },
    output: createLinear(create, `${name}/output`, [heads * headSize, H], biases),
  };
}

export function createCrossAttention(create: CreateVariable, name: string, sizes: Sizes): AttentionParameters {
  const { hiddenSize: H, heads, keyValueHeads, headSize, biases } = sizes;
  return {
    input: {
      q: createLinear(create, `${name}/q`, [H, heads * headSize], biases),
      kv: createLinear(create, `${name}/kv`, [H, 2 * keyValueHeads * headSize], biases),
    },
    output: createLinear(create, `${name}/output`, [heads * headSize, H], biases),
  };
}

/** Queries from `x`: [B·S, H], keys and values from `memory`: [B·T, H] → [B·S, H]. In self-attention the two are the same. */
export function attention(
  tf: Tf,
  x: Tensor2D,
  memory: Tensor2D,
  { input, output }: AttentionParameters,
  { mask, rotation, dropout }: AttentionContext,
  { batchSize, heads, keyValueHeads, headSize }: AttentionShape,
): Tensor2D {
  const [queryLength, keyLength] = [x.shape[0] / batchSize, memory.shape[0] / batchSize]; // S, T
  const group = heads / keyValueHeads; // r
  const splitHeads = (projected: Tensor2D, length: number, ownHeads: number): Tensor4D => {
    const perHead = tf.reshape(projected, [batchSize, length, ownHeads, headSize]); // [B, S, a, d]
    return tf.transpose(perHead, [0, 2, 1, 3]) as Tensor4D; // [B, a, S, d]
  };
  const [queries, keys] = [heads * headSize, keyValueHeads * headSize];
  const projected =
    'qkv' in input
      ? tf.split(linear(tf, x, input.qkv), [queries, keys, keys], 1)
      : [linear(tf, x, input.q), ...tf.split(linear(tf, memory, input.kv), 2, 1)];
  const [q, k, v] = projected.map((part, index) =>
    index === 0
      ? splitHeads(part as Tensor2D, queryLength, heads)
      : splitHeads(part as Tensor2D, keyLength, keyValueHeads),
  ) as [Tensor4D, Tensor4D, Tensor4D];
  const placed = rotation === null ? [q, k] : [rotate(tf, q, rotation), rotate(tf, k, rotation)];
  const [turnedQ, turnedK] = placed as [Tensor4D, Tensor4D];
  const rows = group === 1 ? turnedQ : tf.reshape(turnedQ, [batchSize, keyValueHeads, group * queryLength, headSize]); // [B, k, r·S, d]
  const scores = tf.mul(tf.matMul(rows, turnedK, false, true), 1 / Math.sqrt(headSize)); // [B, k, r·S, T]
  const probabilities = dropout(tf.softmax(mask === null ? scores : tf.add(scores, mask))); // [B, k, r·S, T]
  const mixed = tf.matMul(probabilities, v); // [B, k, r·S, d]
  const perHead = group === 1 ? mixed : tf.reshape(mixed, [batchSize, heads, queryLength, headSize]); // [B, a, S, d]
  const joined = tf.reshape(tf.transpose(perHead, [0, 2, 1, 3]), [batchSize * queryLength, queries]); // [N, a·d]
  return linear(tf, joined as Tensor2D, output); // [N, H]
}
