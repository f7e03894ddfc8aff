/** Attention (Vaswani et al. 2017, §3.2.2): projections to heads, the scaled dot product of each head, and the projection back. */
import type { RunConfig } from '../config/schema.ts';
import type { Dropout } from './dropout.ts';
import { joinHeads, splitHeads } from './heads.ts';
import type { KeysAndValues } from './keyValueCache.ts';
import { createLinear, type LinearParameters, linear } from './linear.ts';
import { type Rotation, rotate } from './rotary.ts';
import { type Heads, scaledDotProduct } from './scaledDotProduct.ts';
import type { Tensor, Tensor2D, Tensor4D } from './tensorflow.ts';
import type { Tools } from './tools.ts';
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
  /** Of generation: gives the new keys and values to the cache, and takes all that it has. Null where everything is read at once. */
  readonly remembered: ((fresh: KeysAndValues) => KeysAndValues) | null;
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
  tools: Tools,
  x: Tensor2D,
  memory: Tensor2D,
  { input, output }: AttentionParameters,
  { mask, rotation, dropout, remembered }: AttentionContext,
  { batchSize, heads, keyValueHeads, headSize }: AttentionShape,
): Tensor2D {
  const { tf } = tools;
  const [queries, keys] = [heads * headSize, keyValueHeads * headSize];
  const projected =
    'qkv' in input
      ? tf.split(linear(tools, x, input.qkv), [queries, keys, keys], 1)
      : [linear(tools, x, input.q), ...tf.split(linear(tools, memory, input.kv), 2, 1)];
  const perHead = projected.map((part, index) =>
    splitHeads(tools, part as Tensor2D, { batchSize, heads: index === 0 ? heads : keyValueHeads }),
  );
  const [q, k, v] = perHead as [Tensor4D, Tensor4D, Tensor4D]; // [B, a, S, d], [B, k, T, d], [B, k, T, d]
  const placed = rotation === null ? { q, k, v } : { q: rotate(tools, q, rotation), k: rotate(tools, k, rotation), v };
  const attended = remembered === null ? placed : { q: placed.q, ...remembered({ k: placed.k, v: placed.v }) };
  const mixed = core(tools, attended, mask, dropout); // [B, a, S, d]
  return linear(tools, joinHeads(tools, mixed), output); // [N, H]
}

/** Selective recomputation (Korthikanti et al. 2022, §5) runs the scaled dot product again in backward, and that alone. */
function core(tools: Tools, { q, k, v }: Heads, mask: Tensor2D | null, dropout: Dropout): Tensor4D {
  if (tools.checkpointing !== 'selective') return scaledDotProduct(tools, { q, k, v }, mask, dropout);
  const again = dropout.repeatable((...[q, k, v]: Tensor[]) =>
    scaledDotProduct(tools, { q, k, v } as Heads, mask, dropout),
  );
  return tools.checkpoint(again, [q, k, v], []);
}
