import { describe, expect, it, test } from 'vitest';
import { fromHuggingFace } from '../../src/config/huggingFace.ts';
import { PRESETS } from '../../src/config/presets.ts';
import { mergeConfigs, resolveConfig } from '../../src/config/resolve.ts';
import type { PartialConfig } from '../../src/config/schema.ts';

/** As published with the models, without the keys that decide no bytes. */
const GPT2 = {
  activation_function: 'gelu_new',
  architectures: ['GPT2LMHeadModel'],
  attn_pdrop: 0.1,
  embd_pdrop: 0.1,
  model_type: 'gpt2',
  n_ctx: 1024,
  n_embd: 768,
  n_head: 12,
  n_layer: 12,
  n_positions: 1024,
  resid_pdrop: 0.1,
  vocab_size: 50257,
};
const BERT = {
  model_type: 'bert',
  attention_probs_dropout_prob: 0.1,
  hidden_act: 'gelu',
  hidden_dropout_prob: 0.1,
  hidden_size: 768,
  intermediate_size: 3072,
  max_position_embeddings: 512,
  num_attention_heads: 12,
  num_hidden_layers: 12,
  type_vocab_size: 2,
  vocab_size: 30522,
};
const LLAMA_2 = {
  model_type: 'llama',
  hidden_act: 'silu',
  hidden_size: 4096,
  intermediate_size: 11008,
  max_position_embeddings: 4096,
  num_attention_heads: 32,
  num_hidden_layers: 32,
  num_key_value_heads: 32,
  pretraining_tp: 1,
  rope_scaling: null,
  tie_word_embeddings: false,
  vocab_size: 32000,
};
const LLAMA_3 = {
  ...LLAMA_2,
  intermediate_size: 14336,
  num_key_value_heads: 8,
  vocab_size: 128256,
  attention_bias: false,
};
const MISTRAL = {
  model_type: 'mistral',
  hidden_size: 4096,
  intermediate_size: 14336,
  num_attention_heads: 32,
  num_hidden_layers: 32,
  vocab_size: 32000,
};
const QWEN_2 = {
  model_type: 'qwen2',
  hidden_size: 896,
  intermediate_size: 4864,
  num_attention_heads: 14,
  num_hidden_layers: 24,
  num_key_value_heads: 2,
  tie_word_embeddings: true,
  vocab_size: 151936,
};

const read = (value: unknown) => fromHuggingFace(value, 'config.json');
const resolved = (value: unknown) => resolveConfig(read(value).config);
const preset = (name: string, more: PartialConfig = {}) => resolveConfig(mergeConfigs(PRESETS[name] ?? {}, more));

test.each([
  ['gpt2-small', GPT2, { model: { activation: 'gelu-tanh', dropout: 0.1 } }],
  ['bert-base', BERT, {}],
  ['llama-2-7b', LLAMA_2, {}],
  ['llama-3-8b', LLAMA_3, {}],
  ['mistral-7b', MISTRAL, {}],
] as [string, object, PartialConfig][])('%s is the preset of that name', (name, published, more) => {
  expect(resolved(published)).toEqual(preset(name, more));
});

test('Qwen 2 shares two pairs of keys and values, and its head with the embedding', () => {
  expect(resolved(QWEN_2).model).toMatchObject({
    heads: 14,
    keyValueHeads: 2,
    headSize: 64,
    feedForwardSize: 4864,
    tiedEmbedding: true,
    gatedFeedForward: true,
  });
});

describe("the upstream's defaults", () => {
  it('has those of each model type', () => {
    const { num_key_value_heads: _, ...older } = LLAMA_3;
    expect(resolved(older).model.keyValueHeads).toBe(32);
    expect(resolved(MISTRAL).model.keyValueHeads).toBe(8);
    expect(resolved({ ...MISTRAL, num_key_value_heads: null }).model.keyValueHeads).toBe(32);
    const { resid_pdrop: _dropout, activation_function: _activation, n_positions: _positions, ...bare } = GPT2;
    expect(resolved(bare)).toEqual(resolved(GPT2));
  });

  it('derives what null means', () => {
    expect(resolved({ ...GPT2, n_inner: null }).model.feedForwardSize).toBe(3072);
    expect(resolved({ ...GPT2, n_inner: 1000 }).model.feedForwardSize).toBe(1000);
    expect(resolved({ ...LLAMA_2, head_dim: 256 }).model.headSize).toBe(256);
  });

  it('has no longer sequence than there are positions', () => {
    expect(resolved({ ...GPT2, n_positions: 256 }).batch.sequenceLength).toBe(256);
  });
});

describe('what the family cannot express', () => {
  it.each([
    ['token types', BERT, 'type_vocab_size'],
    ['the norm behind embeddings', BERT, 'pooler'],
    ['biases of queries alone', QWEN_2, 'biases of queries'],
    ['a sliding window', MISTRAL, 'sliding_window'],
    ['a sliding window that is used', { ...QWEN_2, use_sliding_window: true }, 'sliding_window'],
    ['rope scaling', { ...LLAMA_3, rope_scaling: { rope_type: 'llama3', factor: 8 } }, 'Rope scaling (llama3)'],
    ['rope scaling by its old name', { ...LLAMA_3, rope_scaling: { type: 'linear', factor: 2 } }, '(linear)'],
    ['dropouts of several rates', { ...GPT2, attn_pdrop: 0 }, 'attn_pdrop'],
    ['dropout of attention alone', { ...LLAMA_2, attention_dropout: 0.1 }, 'attention_dropout'],
    ['biases of attention alone', { ...LLAMA_2, attention_bias: true }, 'attention_bias'],
    ['quantization', { ...LLAMA_2, quantization_config: { bits: 4 } }, 'quantization_config'],
  ])('notes %s', (_name, value, text) => {
    expect(read(value).notes.join('\n')).toContain(text);
  });

  it('notes nothing where there is nothing', () => {
    expect(read(GPT2).notes).toEqual([]);
    expect(read(LLAMA_2).notes).toEqual([]);
    expect(read({ ...MISTRAL, sliding_window: null }).notes).toEqual([]);
    expect(read({ ...LLAMA_2, rope_parameters: { rope_type: 'default', rope_theta: 10000 } }).notes).toEqual([]);
  });
});

test.each([
  ['no model type', { vocab_size: 5 }, 'model_type: is missing'],
  ['no JSON object', [1], 'model_type: is missing'],
  ['another model type', { ...LLAMA_2, model_type: 't5' }, '"t5" has no counterpart here; known are gpt2, bert'],
  ['a model type that every object has', { model_type: 'constructor' }, '"constructor" has no counterpart'],
  ['a missing size', { ...LLAMA_2, hidden_size: undefined }, 'hidden_size: is missing'],
  ['a size that is a word', { ...GPT2, n_head: 'twelve' }, 'n_head: '],
  ['an activation of its own', { ...GPT2, activation_function: 'quick_gelu' }, '"quick_gelu" has no counterpart'],
])('%s is an error that names it', (_name, value, text) => {
  expect(() => read(value)).toThrow(expect.objectContaining({ code: 'E_HUGGING_FACE' }));
  expect(() => read(value)).toThrow(text);
});
