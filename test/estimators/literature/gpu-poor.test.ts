import { describe, expect, it } from 'vitest';
import { deploymentSchema } from '../../../src/estimators/deployment.ts';
import { groundOf, violatedAssumptions } from '../../../src/estimators/estimator.ts';
import { gpuPoor } from '../../../src/estimators/literature/gpu-poor.ts';
import { Refused } from '../../../src/estimators/original.ts';
import { gpuPoorOriginal } from '../../../src/estimators/originals/gpu-poor.ts';
import { componentsOf, GPT2_SMALL, TINY, totalOf, withKeys } from '../sample.ts';

describe('gpu-poor', () => {
  it.each([
    [GPT2_SMALL, 190513152, 23556390912],
    [TINY, 147456, 787456],
  ])('gives the page its numbers, before it rounds up to MiB', (config, P, activations) => {
    expect(gpuPoor.countParameters?.(config)).toBe(P);
    expect(totalOf(gpuPoor, config, 'weights')).toBe(2 * P);
    expect(componentsOf(gpuPoor.predict(config).steady)).toEqual({ weights: 2 * P, optimizer: 4 * P });
    expect(totalOf(gpuPoor, withKeys(config, { step: { gradients: 'kept' } }), 'steady')).toBe(8 * P);
    expect(totalOf(gpuPoor, config, 'activations')).toBe(activations);
    expect(totalOf(gpuPoor, config, 'step-peak')).toBe(8 * P + activations);
  });

  it('stores eight, eight and six tensors and the scores three times in a layer', () => {
    const tokens = 2 * 2 * 32; // layers, batch, sequence
    expect(componentsOf(gpuPoor.predict(TINY).activations)).toEqual({
      attention: tokens * (8 * 64 * 2 + 4 * 32 * (2 + 4 + 2)),
      'feed-forward': tokens * (2 * 64 * 2 + 6 * 256 * 2),
      normalization: tokens * (6 * 64 * 2 + 8),
    });
  });

  it('leaves 15 % of them under gradient checkpointing', () => {
    const checkpointed = (checkpointing: 'block' | 'sqrt' | 'selective') =>
      gpuPoor.predict(withKeys(TINY, { step: { checkpointing } })).activations;
    const all = componentsOf(gpuPoor.predict(TINY).activations);
    const left = checkpointed('block');
    for (const [name, bytes] of Object.entries(all))
      expect(componentsOf(left)[name], name).toBe(Math.round(0.15 * bytes));
    expect(left?.kind === 'bytes' && left.total).toBe(Math.round(0.15 * 787456));
    expect([checkpointed('sqrt')?.kind, checkpointed('selective')?.kind]).toEqual(['unsupported', 'unsupported']);
  });

  it('caches twice the 16-bit keys and values, and needs one layer for inference', () => {
    const cache = 8 * 32 * 64 * 2 * 2; // 8 · S · H · L for each sequence
    expect(totalOf(gpuPoor, TINY, 'kv-cache')).toBe(cache);
    expect(componentsOf(gpuPoor.predict(TINY)['inference-peak'])).toEqual({
      weights: 2 * 147456,
      attention: cache + 2 * (2 * 4 * 32 * 32),
      unitemised: 2 * (10 * 32 * 64),
    });
  });

  it('has Adam and SGD on one device', () => {
    const steady = (step: object) => gpuPoor.predict(withKeys(TINY, { step })).steady;
    expect(componentsOf(steady({ optimizer: 'sgd' }))).toEqual({ weights: 2 * 147456, optimizer: 0 });
    expect(steady({ optimizer: 'momentum' })?.kind).toBe('unsupported');
    const spread = (given: object) => gpuPoor.predict(TINY, deploymentSchema.parse(given));
    expect(spread({ zeroStage: 1, dataParallel: 2 }).steady?.kind).toBe('unsupported');
    expect(spread({ dataParallel: 2 })).toEqual(gpuPoor.predict(TINY));
  });

  const config = {
    vocab_size: 128,
    hidden_size: 64,
    num_attention_heads: 4,
    num_hidden_layers: 2,
    intermediate_size: 256,
  };
  const run = (input: object) => gpuPoorOriginal.run({ parsedJSONData: config, contextLen: '32', ...input });

  it.each([
    ['a context that is no number', { contextLen: 'long' }],
    ['a batch of half a sequence', { batchSize: 0.5 }],
    ['neither configuration nor size', { parsedJSONData: null }],
    ['an empty configuration', { parsedJSONData: {} }],
    ['an upload without a key', { parsedJSONData: null, jsonUploadedData: { vocab_size: 128 } }],
    ['bitsandbytes in ggml', { selections: { dropdownTrnOrNot: 'inf_ggml', dropdownQuant: 'bnb_q4' } }],
    ['ggml in Hugging Face', { selections: { dropdownQuant: 'ggml_Q6_K' } }],
    ['full training of a ggml model', { selections: { dropdownTrnOrNot: 'trn', dropdownQuant: 'ggml_Q6_K' } }],
    [
      'adapters of a ggml model',
      { selections: { dropdownTrnOrNot: 'trn', dropdownFullOrNot: 'lora_trn', dropdownQuant: 'ggml_Q6_K' } },
    ],
  ])('refuses %s', (_what, input) => {
    expect(() => run(input)).toThrow(Refused);
  });

  it('takes the first name that is there, and the default where it is null', () => {
    const parsed = (json: object) => run({ parsedJSONData: json })['parsedConfig'];
    expect(parsed({ d_model: 32, n_embd: 64, n_inner: null, d_ff: 7, num_layers: 3, vocab_size: null })).toEqual({
      vocab: 32000,
      hiddenDim: 32,
      heads: 12,
      interDim: 128,
      num_layers: 3,
    });
    expect(run({ parsedJSONData: null, jsonUploadedData: config })).toEqual(run({}));
    expect(run({ batchSize: '' })).toEqual(run({ batchSize: 1 }));
  });

  it('is met but for 16-bit states, which nothing here trains', () => {
    const { config: nearest, unmet } = groundOf(gpuPoor, TINY);
    expect(unmet).toEqual(['sixteen-bit-states']);
    expect(nearest).toMatchObject({
      model: { gatedFeedForward: true, tiedEmbedding: false },
      step: { precision: 'mixed-float16', backward: 'freeing', savedTensors: 'minimal', gradients: 'kept' },
    });
    const inference = withKeys(nearest, { step: { kind: 'inference', precision: 'bfloat16' } });
    expect(violatedAssumptions(gpuPoor, inference)).toEqual([]);
  });
});
