import { describe, expect, it } from 'vitest';
import { deploymentSchema } from '../../../src/estimators/deployment.ts';
import { groundOf, violatedAssumptions } from '../../../src/estimators/estimator.ts';
import { eleutherCookbook } from '../../../src/estimators/literature/eleuther-cookbook.ts';
import { Refused } from '../../../src/estimators/original.ts';
import { calcMem, calcParams } from '../../../src/estimators/originals/eleuther-cookbook.ts';
import { componentsOf, GPT2_SMALL, TINY, totalOf, withKeys } from '../sample.ts';

const P = 163063296; // 2VH + HS + 8HL + 2H + 4LH² + 8LH²
const MIXED = withKeys(GPT2_SMALL, { step: { precision: 'mixed-float16' } });

describe('eleuther-cookbook', () => {
  it("gives the program's parts in mixed precision", () => {
    expect(eleutherCookbook.countParameters?.(MIXED)).toBe(P);
    const predictions = eleutherCookbook.predict(MIXED);
    expect(componentsOf(predictions.weights)).toEqual({ weights: 2 * P });
    expect(componentsOf(predictions.steady)).toEqual({ weights: 2 * P, optimizer: 12 * P });
    expect(totalOf(eleutherCookbook, MIXED, 'activations')).toBe(12910067712); // sbhL(34 + 5as/h)
    expect(componentsOf(predictions['step-peak'])).toEqual({
      weights: 2 * P,
      optimizer: 12 * P,
      gradients: 4 * P,
      scratch: 0,
      unitemised: 12910067712,
    });
  });

  it('leaves out the scores under its checkpointing flag, whatever is recomputed', () => {
    for (const checkpointing of ['selective', 'block', 'sqrt'] as const)
      expect(totalOf(eleutherCookbook, withKeys(MIXED, { step: { checkpointing } }), 'activations')).toBe(3850371072);
  });

  it('doubles weights in float32, and nothing else', () => {
    expect(totalOf(eleutherCookbook, GPT2_SMALL, 'weights')).toBe(4 * P);
    for (const quantity of ['activations', 'kv-cache'] as const)
      expect(totalOf(eleutherCookbook, GPT2_SMALL, quantity)).toBe(totalOf(eleutherCookbook, MIXED, quantity));
  });

  it('counts gradients in the steady state where they stay', () => {
    const kept = withKeys(MIXED, { step: { gradients: 'kept' } });
    expect(totalOf(eleutherCookbook, kept, 'steady')).toBe(18 * P);
    expect(totalOf(eleutherCookbook, kept, 'step-peak')).toBe(totalOf(eleutherCookbook, MIXED, 'step-peak'));
  });

  it('takes a micro-batch, the width of the MLP, gating and key-value heads', () => {
    const one = withKeys(MIXED, { step: { microBatches: 12 } });
    expect(totalOf(eleutherCookbook, one, 'activations')).toBe(12910067712 / 12);
    const gated = withKeys(TINY, { model: { gatedFeedForward: true, feedForwardSize: 96, keyValueHeads: 1 } });
    const attention = 2 * (1 + 1 / 4) * 2 * 64 ** 2;
    expect(eleutherCookbook.countParameters?.(gated)).toBe(
      2 * 128 * 64 + 64 * 32 + 8 * 2 * 64 + 2 * 64 + attention + 3 * 2 * 64 * 96,
    );
  });

  it('keeps one layer and half a cache in inference', () => {
    const sbh = 2 * 32 * 64;
    const cache = 2 * 64 * 2 * (32 + 1) * 2;
    const half = withKeys(TINY, { step: { kind: 'inference', precision: 'float16' } });
    expect(totalOf(eleutherCookbook, half, 'kv-cache')).toBe(cache);
    expect(componentsOf(eleutherCookbook.predict(half)['inference-peak'])).toEqual({
      weights: 2 * 117888,
      attention: cache,
      unitemised: 34 * sbh,
    });
  });

  it('divides by GPUs as the program does', () => {
    const deployment = deploymentSchema.parse({ tensorParallel: 4, dataParallel: 2, zeroStage: 1 });
    const predictions = eleutherCookbook.predict(MIXED, deployment);
    expect(componentsOf(predictions['step-peak'])).toEqual({
      weights: (2 * P) / 4,
      optimizer: (12 * P) / 8,
      gradients: 4 * P,
      scratch: 5e8 * 2,
      unitemised: 12910067712, // partition_activations is not set
    });
  });

  it('has no number for an optimizer that the program turns down', () => {
    const sgd = eleutherCookbook.predict(withKeys(TINY, { step: { optimizer: 'sgd' } }));
    expect(sgd['step-peak']?.kind).toBe('unsupported');
    expect(sgd.steady?.kind).toBe('unsupported');
    expect(sgd.activations?.kind).toBe('bytes');
  });

  it('is met but for the copy of the weights', () => {
    const { config, unmet } = groundOf(eleutherCookbook, TINY);
    expect(unmet).toEqual(['weight-copy']);
    expect(violatedAssumptions(eleutherCookbook, config)).toEqual(['weight-copy']);
    expect(config.model).toMatchObject({ tiedEmbedding: false, dropout: 0.1 });
  });

  it('refuses what the programs refuse', () => {
    expect(() => calcMem({ tensor_parallel_size: 0 })).toThrow(Refused); // a division by zero
    expect(() => calcMem({ zero_stage: 4 as 3 })).toThrow(Refused);
    expect(() => calcMem({ optimizer: 'adam' as 'adamw' })).toThrow(Refused);
    expect(() => calcMem({ hidden_size: 0 })).toThrow(Refused);
    expect(calcMem({ hidden_size: 0, infer: true }).activation_mem).toBe(0); // no division there
    expect(() => calcParams({ ffn_expansion_factor: 3.5 })).toThrow(Refused);
    expect(() => calcParams({ moe: true, expert_interval: 0 })).toThrow(Refused);
    expect(calcParams({ expert_interval: 0 })).toHaveProperty('ffn_params', 8 * 44 * 6144 ** 2);
  });

  it('prints halves as Python does', () => {
    expect(calcMem({ ...HALF, vocab_size: 2 ** 26 - 1 }).per_gpu_mem_gib).toBe(0.125);
    expect(calcMem({ ...HALF, vocab_size: 2 ** 26 - 1 }).printed_per_gpu_gib).toBe('0.12');
    expect(calcMem({ ...HALF, vocab_size: 3 * 2 ** 26 - 1 }).printed_per_gpu_gib).toBe('0.38');
  });
});

/** Nothing but 2(V + 1) parameters of one byte. */
const HALF = {
  high_prec_bytes_per_val: 1,
  is_mixed_precision: false,
  infer: true,
  hidden_size: 1,
  num_layers: 0,
  sequence_length: 0,
  batch_size_per_gpu: 0,
};
