import { describe, expect, it } from 'vitest';
import { deploymentSchema } from '../../../src/estimators/deployment.ts';
import { groundOf, violatedAssumptions } from '../../../src/estimators/estimator.ts';
import { megatronTheoreticalMemory } from '../../../src/estimators/literature/megatron-theoretical-memory.ts';
import { Refused } from '../../../src/estimators/original.ts';
import {
  type MegatronArguments,
  reportTheoreticalMemory,
} from '../../../src/estimators/originals/megatron-theoretical-memory.ts';
import { componentsOf, GPT2_SMALL, TINY, totalOf, withKeys } from '../sample.ts';

const P = 123606528;
const predicted = (deployment: object, config = GPT2_SMALL) =>
  megatronTheoreticalMemory.predict(config, deploymentSchema.parse(deployment));

describe('megatron-theoretical-memory', () => {
  it('gives 18 bytes of each parameter of one device', () => {
    expect(megatronTheoreticalMemory.countParameters?.(GPT2_SMALL)).toBe(P);
    expect(megatronTheoreticalMemory.countParameters?.(TINY)).toBe(107136);
    const { weights, steady } = megatronTheoreticalMemory.predict(GPT2_SMALL);
    expect(componentsOf(weights)).toEqual({ weights: 2 * P });
    expect(componentsOf(steady)).toEqual({ weights: 2 * P, gradients: 4 * P, optimizer: 12 * P });
  });

  it('takes the function without sequence parallelism, 5 % and all, for one device', () => {
    expect(totalOf(megatronTheoreticalMemory, GPT2_SMALL, 'activations')).toBe(Math.round(5370804633.6));
    const [s, b, h, L, v] = [32, 2, 64, 2, 128];
    const parts = { inputs: 8 * s * b, embedding: s * b * h, head: 2 * s * b * h, loss: 2 * s * b * v };
    const layers = 34 * s * b * h * L;
    const scratch = 0.05 * (layers + 8 * s * b + 3 * s * b * h + 2 * s * b * v); // 15,385.6
    expect(componentsOf(megatronTheoreticalMemory.predict(TINY).activations)).toEqual({
      ...parts,
      scratch: Math.round(scratch),
      unitemised: layers,
    });
  });

  it('says the same whatever is recomputed, and adds states and activations to the peak', () => {
    for (const checkpointing of ['selective', 'block', 'sqrt'] as const) {
      const config = withKeys(GPT2_SMALL, { step: { checkpointing } });
      expect(megatronTheoreticalMemory.predict(config)).toEqual(megatronTheoreticalMemory.predict(GPT2_SMALL));
    }
    expect(totalOf(megatronTheoreticalMemory, GPT2_SMALL, 'step-peak')).toBe(Math.round(2224917504 + 5370804633.6));
  });

  it('takes the other function under sequence parallelism with selective recomputation', () => {
    const selective = withKeys(GPT2_SMALL, { step: { checkpointing: 'selective' } });
    const { activations } = predicted({ sequenceParallel: true, tensorParallel: 4 }, selective);
    const sbh = (1024 * 12 * 768) / 4;
    expect(componentsOf(activations)).toEqual({
      unitemised: 12 * 34 * sbh,
      inputs: (8 * 1024 * 12) / 4,
      embedding: sbh,
      head: 4 * sbh,
      loss: 1024 * 12 * 50304, // 4 sbv / t
    });
    expect(activations).toMatchObject({ total: 6370197504 / 4 });
    expect(predicted({ sequenceParallel: true }).activations).toEqual(predicted({}).activations);
  });

  it('divides the wide layers over tensors and states over data, but no norm over tensors', () => {
    const { steady } = predicted({ tensorParallel: 2, dataParallel: 4, zeroStage: 1 });
    const norms = 12 * 4 * 768 + 2 * 768;
    const shard = (P - norms) / 2 + norms;
    expect(componentsOf(steady)).toEqual({ weights: 2 * shard, gradients: 4 * shard, optimizer: 3 * shard });
    expect(predicted({ dataParallel: 4, zeroStage: 2 }).steady?.kind).toBe('unsupported');
  });

  it('keeps all layers of a pipeline of as many micro-batches, and fewer of fewer', () => {
    const full = withKeys(GPT2_SMALL, { step: { microBatches: 4 } });
    const half = withKeys(GPT2_SMALL, { batch: { size: 6 }, step: { microBatches: 2 } });
    const layers = (config: typeof full) => componentsOf(predicted({ pipelineParallel: 4 }, config).activations);
    expect(layers(full)).toMatchObject({ unitemised: 12 * 34 * 1024 * 3 * 768, head: 0, loss: 0 });
    expect(layers(half)['unitemised']).toBe((12 * 34 * 1024 * 3 * 768) / 2);
  });

  it('spreads experts over their own ranks', () => {
    const experts = (expertParallel: number) =>
      componentsOf(predicted({ dataParallel: 4, experts: 4, expertParallel, zeroStage: 1 }, TINY).weights)['weights'];
    const routed = 2 * 2 * 64 * 256 * 4; // two layers of four
    expect((experts(1) ?? 0) - (experts(4) ?? 0)).toBe(2 * (routed - routed / 4));
    expect(predicted({ experts: 4, expertParallel: 4 }, TINY).weights?.kind).toBe('unsupported');
  });

  it('is met but for the second copy of the parameters', () => {
    const { config, unmet } = groundOf(megatronTheoreticalMemory, TINY);
    expect(unmet).toEqual(['main-parameters']);
    expect(violatedAssumptions(megatronTheoreticalMemory, config)).toEqual(unmet);
    expect(config.step).toMatchObject({ precision: 'mixed-bfloat16', gradients: 'kept', checkpointing: 'none' });
  });

  it('fails where the report fails', () => {
    const args: MegatronArguments = {
      hidden_size: 64,
      num_layers: 2,
      num_attention_heads: 4,
      kv_channels: 16,
      seq_length: 32,
      micro_batch_size: 2,
      padded_vocab_size: 128,
      ffn_hidden_size: 256,
    };
    expect(reportTheoreticalMemory(args).weight_and_optimizer_memory).toBe(18 * 107136);
    const failing: Partial<MegatronArguments>[] = [
      { multi_latent_attention: true, group_query_attention: true, num_query_groups: 2 }, // its assertion
      { num_experts: 2, moe_ffn_hidden_size: 64, moe_layer_freq: [1] }, // its assertion
      { num_experts: 2 }, // None times a number
      { group_query_attention: true },
      { use_distributed_optimizer: true, pipeline_model_parallel_size: 2 }, // world // 2 is 0
      { tensor_model_parallel_size: 0 },
    ];
    for (const change of failing) expect(() => reportTheoreticalMemory({ ...args, ...change })).toThrow(Refused);
    expect(reportTheoreticalMemory({ ...args, hybrid_layer_pattern: 'M*' }).report).toBeNull();
  });
});
