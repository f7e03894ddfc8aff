import { describe, expect, it } from 'vitest';
import { PRESETS } from '../../../src/config/presets.ts';
import { resolveConfig } from '../../../src/config/resolve.ts';
import { groundOf } from '../../../src/estimators/estimator.ts';
import { exactParameterCount } from '../../../src/estimators/exact/parameterCount.ts';
import { accelerateEstimateMemory } from '../../../src/estimators/literature/accelerate-estimate-memory.ts';
import { Refused } from '../../../src/estimators/original.ts';
import { componentsOf, GPT2_SMALL, TINY, totalOf, withKeys } from '../sample.ts';

const preset = (name: string) => resolveConfig(PRESETS[name] ?? {});
const run = (input: Record<string, unknown>) => accelerateEstimateMemory.originals?.[0]?.run(input);

describe('accelerate-estimate-memory', () => {
  it('prints four times the size of an fp32 model', () => {
    expect(totalOf(accelerateEstimateMemory, GPT2_SMALL, 'weights')).toBe(497903616);
    expect(componentsOf(accelerateEstimateMemory.predict(GPT2_SMALL)['step-peak'])).toEqual({
      weights: 497903616,
      gradients: 497903616,
      optimizer: 995807232,
    });
  });

  it('prints twice the size in mixed precision, less than its own parts add up to', () => {
    const { 'step-peak': peak } = accelerateEstimateMemory.predict(
      withKeys(GPT2_SMALL, { step: { precision: 'autocast-float16' } }),
    );
    expect(peak).toMatchObject({ total: 995807232 });
    expect(componentsOf(peak)).toEqual({
      weights: 497903616,
      gradients: 746855424,
      optimizer: 995807232,
      unitemised: -2.5 * 497903616,
    });
  });

  it('halves the weights for inference in 16 bits, and says nothing more about it', () => {
    const inference = withKeys(GPT2_SMALL, { step: { kind: 'inference', precision: 'float16' } });
    expect(totalOf(accelerateEstimateMemory, inference, 'weights')).toBe(248951808);
    expect(accelerateEstimateMemory.predict(inference)['step-peak']?.kind).toBe('unsupported');
  });

  it('leaves the head out, and counts buffers', () => {
    const llama = preset('llama-3-8b');
    expect(exactParameterCount(llama)).toBe(8030261248);
    expect(accelerateEstimateMemory.countParameters?.(llama)).toBe(8030261248 - 128256 * 4096);
    expect(totalOf(accelerateEstimateMemory, llama, 'weights')).toBe(4 * 7504924672 + 512);
  });

  it("is BERT's with token types, a norm of the embeddings and a pooler", () => {
    const bert = preset('bert-base');
    const more = 2 * 768 + 2 * 768 + 768 ** 2 + 768;
    expect(accelerateEstimateMemory.countParameters?.(bert)).toBe(exactParameterCount(bert) + more);
    expect(totalOf(accelerateEstimateMemory, bert, 'weights')).toBe(437937152);
  });

  it('says nothing about a model that is not in the library, and names the nearest that is', () => {
    const ownNorm = withKeys(TINY, { model: { normalization: 'rms-norm', biases: false } });
    expect(accelerateEstimateMemory.predict(ownNorm).weights?.kind).toBe('unsupported');
    expect(accelerateEstimateMemory.countParameters?.(ownNorm)).toBeUndefined();
    expect(groundOf(accelerateEstimateMemory, ownNorm)).toEqual({ config: TINY, unmet: [] });
    const rotary = withKeys(TINY, { model: { positions: 'rotary' } });
    expect(groundOf(accelerateEstimateMemory, rotary).config.model).toMatchObject({
      gatedFeedForward: true,
      normalization: 'rms-norm',
    });
    const odd = withKeys(TINY, { model: { heads: 5, headSize: 16, keyValueHeads: 1 } });
    expect(groundOf(accelerateEstimateMemory, odd).unmet).toEqual(['library-model']);
  });

  // What the program, run on these configurations, answered (not among the golden vectors).
  it.each([
    ['AutoModel', { model_type: 'gpt2', n_embd: 64, n_layer: 2, n_head: 4, add_cross_attention: true }, 568320],
    ['AutoModel', { model_type: 'llama', attention_bias: true }, 356672],
    ['AutoModel', { model_type: 'llama', mlp_bias: true }, 357184],
    [
      'AutoModel',
      { model_type: 'llama', rope_parameters: { rope_type: 'linear', partial_rotary_factor: 0.5 } },
      354592,
    ],
    ['AutoModel', { model_type: 'mistral', num_attention_heads: 5, num_key_value_heads: 5 }, 346416],
    ['AutoModelForMaskedLM', { model_type: 'bert' }, 320656],
    ['AutoModelForCausalLM', { model_type: 'bert', tie_word_embeddings: false }, 346656],
    ['AutoModelForCausalLM', { model_type: 'opt', ffn_dim: 128, word_embed_proj_dim: 32 }, 306176],
    ['AutoModel', { model_type: 'opt', ffn_dim: 128, do_layer_norm_before: false }, 302080],
  ])('instantiates %s of %j', (autoClass, given, bytes) => {
    const sizes = { hidden_size: 64, num_hidden_layers: 2, num_attention_heads: 4, intermediate_size: 128 };
    const config = { vocab_size: 100, max_position_embeddings: 32, ...sizes, ...given };
    expect(run({ constructor: autoClass, config })).toMatchObject({ total_size_fp32: bytes });
  });

  it.each([
    ['AutoModel', { model_type: 'gpt2', n_head: 5 }],
    ['AutoModel', { model_type: 'llama', head_dim: 15 }],
    ['AutoModel', { model_type: 'mistral', num_key_value_heads: null }],
    ['AutoModel', { model_type: 'bert', add_cross_attention: true }],
    ['AutoModelForMaskedLM', { model_type: 'gpt2' }],
    ['AutoModel', { model_type: 'no-such-model' }],
  ])('refuses %s of %j', (autoClass, config) => {
    expect(() => run({ constructor: autoClass, config })).toThrow(Refused);
  });
});
