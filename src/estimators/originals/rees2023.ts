/** Rees's functions and formulas by the post's names. Bytes, but for the counts N_…. */
import { z } from 'zod';
import type { Original } from '../original.ts';
import { readArguments } from './arguments.ts';

const postSchema = z.object({
  d_model: z.number(),
  n_layers: z.number(),
  n_heads: z.number(),
  vocab_size: z.number(),
  seq_len: z.number(),
  bsz: z.number(),
  include_embedding: z.boolean().default(true),
  bias: z.boolean().default(false),
});
export type ReesArguments = z.infer<typeof postSchema>;

/** One for the forward and one for the backward pass ("CuBLAS workspace"). */
const CUBLAS_WORKSPACE = 8_519_680;

/** `get_num_params`. `bias` is of the layer norms only: a model whose linear layers have biases has more. */
export function getNumParams({
  d_model,
  n_layers,
  vocab_size,
  seq_len,
  include_embedding,
  bias,
}: Omit<ReesArguments, 'bsz' | 'n_heads'>): number {
  const wpe = seq_len * d_model;
  const model_ln = d_model + d_model * (bias ? 1 : 0);
  const head_params = d_model * vocab_size; // "wte shared with head so don't count"
  const attn_params = d_model * 3 * d_model + d_model ** 2 + model_ln;
  const ff_params = d_model * d_model * 4 * 2 + model_ln;
  const params = (attn_params + ff_params) * n_layers + model_ln + head_params;
  return include_embedding ? params + wpe : params;
}

/** The post's quantities, in its order. */
export function reesMemory(given: ReesArguments) {
  const { d_model, n_layers, n_heads, vocab_size, seq_len, bsz } = given;
  const N_param = getNumParams(given);
  const N_buf = seq_len ** 2 * n_layers; // attention masks, one per layer
  const N_e = bsz * seq_len * d_model;
  const N_a = bsz * n_heads * seq_len ** 2;
  const N_l = bsz * seq_len * vocab_size;

  const M_model = 4 * N_param + 4 * N_buf;
  const M_optimizer = 8 * N_param;
  const M_gradients = 4 * N_param;
  const M_data = 2 * bsz * seq_len * 8; // int64 inputs and targets
  const M_steady_state = 16 * N_param + 4 * N_buf;

  const M_attention = 14 * N_e + 6 * N_a;
  const M_ff = 22 * N_e;
  const M_other = 6 * N_e; // final norm and head
  const M_cross_entropy = 6 * N_l;
  const M_activations = n_layers * (M_attention + M_ff) + M_other + M_cross_entropy;
  const M_peak_memory = M_steady_state + M_activations + 4 * N_l;

  // What the code prints for the steady state has two terms more than the formula.
  const total_mem = M_model + M_gradients + M_optimizer + 2 * CUBLAS_WORKSPACE + M_data;
  return {
    ...{ N_param, N_buf, N_e, N_a, N_l, M_model, M_optimizer, M_gradients, M_data, M_steady_state, total_mem },
    ...{ M_attention, M_ff, M_other, M_cross_entropy, M_activations, M_peak_memory },
  };
}

export const REES: Original = { id: 'rees-2023', run: (input) => reesMemory(readArguments(postSchema, input)) };
