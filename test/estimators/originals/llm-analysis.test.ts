/** What llm-analysis itself answers (cli99/llm-analysis@d841e40, run) where the golden vectors do not reach: shipped names, batches, refusals. */
import { describe, expect, it, test } from 'vitest';
import { Refused } from '../../../src/estimators/original.ts';
import { infer } from '../../../src/estimators/originals/llm-analysis-infer.ts';
import { train } from '../../../src/estimators/originals/llm-analysis-train.ts';
import { attentionParameters, modelConfig } from '../../../src/estimators/originals/llmAnalysisModel.ts';

const LLAMA_2_70B = 'upstage_Llama-2-70b-instruct-v2';

describe('batches', () => {
  it.each([
    [{}, 6, 1, 6],
    [{ global_batch_size: 96, dp_size: 4 }, 6, 4, 96], // the largest divisor of 24 that fits
    [{ global_batch_size: 96, total_num_gpus: 8, gradient_accumulation_steps: 3 }, 4, 3, 96],
  ])('fills in %j', (args, perGpu, steps, global) => {
    expect(train({ model_name: 'gpt2-xl', seq_len: 1024, ...args })).toMatchObject({
      batch_size_per_gpu: perGpu,
      max_batch_size_per_gpu: 6,
      gradient_accumulation_steps: steps,
      global_batch_size: global,
    });
  });

  it('goes on with a negative one where weights and optimizer alone do not fit', () => {
    expect(train({ model_name: LLAMA_2_70B, gpu_name: 'h100-sxm-80gb' })).toMatchObject({
      batch_size_per_gpu: -9,
      estimated_peak_memory_per_gpu: 1240283693056,
    });
  });
});

test('quantised activations, attention recomputed, eight-bit weights, spread over 32 GPUs', () => {
  const summary = train({
    model_name: LLAMA_2_70B,
    gpu_name: 'h100-sxm-80gb',
    dtype_name: 'w8a8e32',
    tp_size: 8,
    pp_size: 4,
    batch_size_per_gpu: 2,
    mlp_activation_quant_bits: 8,
    softmax_dropout: true,
    activation_recomputation: 2,
  });
  expect(summary.estimated_peak_memory_per_gpu).toBe(40033956864);
  expect(summary.max_batch_size_per_gpu).toBe(9);
});

test('inference in fractions, as tp = 3 leaves them', () => {
  const summary = infer({
    model_name: LLAMA_2_70B,
    gpu_name: 'mi250x-128gb',
    dtype_name: 'w4a16e32',
    tp_size: 3,
    batch_size_per_gpu: 4,
  });
  expect(summary.kv_cache_memory_per_gpu).toBeCloseTo(237677226.66666663, 6);
  expect(summary.weight_memory_per_gpu).toBeCloseTo(11758688938.666668, 4);
  expect(summary.prefill_max_batch_size_per_gpu).toBe(11506);
  expect(summary.decode_max_batch_size_per_gpu).toBe(2114);
});

test('without a cache every token is computed again, and its logits are left out', () => {
  expect(infer({ model_name: 'gpt2', use_kv_cache: false, batch_size_per_gpu: 8 })).toMatchObject({
    kv_cache_memory_per_gpu: 0,
    prefill_activation_memory_per_gpu: 411705344,
    decode_activation_memory_per_gpu: 26738688,
    decode_max_batch_size_per_gpu: 829,
  });
});

test('a tp beyond the key and value heads makes more of them', () => {
  const model = modelConfig({
    name: 'x',
    num_layers: 1,
    n_head: 8,
    hidden_dim: 64,
    vocab_size: 9,
    num_key_value_heads: 2,
  });
  const dtype = { weight_bits: 16, activation_bits: 16, embedding_bits: 16 };
  const parallelism = (tp_size: number) => ({
    tp_size,
    pp_size: 1,
    dp_size: 1,
    rdp_size: 1,
    ep_size: 1,
    sp_size: tp_size,
  });
  expect(attentionParameters({ model, dtype, parallelism: parallelism(2) })).toBe(2 * 64 ** 2 + (2 * 64 * 64 * 2) / 8);
  expect(attentionParameters({ model, dtype, parallelism: parallelism(4) })).toBe(2 * 64 ** 2 + (2 * 64 * 64 * 4) / 8);
});

/** F is not about 4 H: refused where every head has keys and values of its own, answered where groups share them. */
const NARROW = { name: 'narrow', num_layers: 2, n_head: 4, hidden_dim: 64, vocab_size: 128, max_seq_len: 512 };

test('a feed-forward width of its own is answered with grouped heads', () => {
  const model_config = { ...NARROW, ffn_embed_dim: 100, num_key_value_heads: 2 };
  expect(train({ model_config, batch_size_per_gpu: 1 })).toMatchObject({
    max_batch_size_per_gpu: 16912,
    estimated_peak_memory_per_gpu: 3361152,
  });
});

test.each([
  ['a data type that is not shipped', { dtype_name: 'w32a32e32' }],
  ['a GPU without a peak for 8 bits', { gpu_name: 'v100-sxm-32gb', dtype_name: 'w8a8e16' }],
  ['a sequence beyond the model', { seq_len: 2048 }],
  ['a model without a longest sequence', { model_name: 'bloom-175b', seq_len: 128 }],
  ['tp beyond a node', { tp_size: 16 }],
  ['sp that is not tp', { tp_size: 2, sp_size: 4 }],
  ['an efficiency above 1', { flops_efficiency: 1.5 }],
  ['GPUs that no replica divides', { total_num_gpus: 3, dp_size: 2 }],
  ['a global batch that replicas do not divide', { batch_size_per_gpu: null, global_batch_size: 97, dp_size: 4 }],
  ['a feed-forward width of its own', { model_config: { ...NARROW, ffn_embed_dim: 100 } }],
  ['a field that a model does not have', { model_config: { ...NARROW, hidden_size: 64 } }],
  ['heads that groups do not divide', { model_config: { ...NARROW, num_key_value_heads: 3 } }],
  ['a model that is not shipped', { model_name: 'meta-llama/Llama-3-8b' }],
  ['an argument that it does not have', { microbatch: 1 }],
])('training refuses %s', (_what, args) => {
  expect(() => train({ model_name: 'gpt2', batch_size_per_gpu: 1, ...args })).toThrow(Refused);
});

test.each([
  ['no token', { num_tokens_to_generate: 0 }],
  ['a batch whose activations do not fit', { batch_size_per_gpu: 100000 }],
  ['a model that does not fit', { model_name: 'mt-nlg-530b' }],
  ['no prompt', { seq_len: 0 }],
])('inference refuses %s', (_what, args) => {
  expect(() => infer({ model_name: 'gpt2', ...args })).toThrow(Refused);
});
