import { describe, expect, it } from 'vitest';
import { deploymentSchema } from '../../../src/estimators/deployment.ts';
import { deepspeedZero3 } from '../../../src/estimators/literature/deepspeed-zero3.ts';
import { largestLayerParameters } from '../../../src/estimators/literature/deepspeedStates.ts';
import { Refused } from '../../../src/estimators/original.ts';
import { componentsOf, GPT2_SMALL, TINY, withKeys } from '../sample.ts';

const P = 124475904; // of GPT2_SMALL
const VH = 50304 * 768;

describe('deepspeed-zero3', () => {
  it('gathers the largest layer and its gradients, and divides the rest', () => {
    const on = (given: object) =>
      componentsOf(deepspeedZero3.predict(GPT2_SMALL, deploymentSchema.parse(given)).steady);
    expect(on({})).toEqual({ weights: 2 * VH + 6 * P, gradients: 2 * VH + 4 * P, optimizer: 8 * P });
    const eight = { zeroStage: 3, dataParallel: 8 };
    expect(on(eight)).toEqual({ weights: 2 * VH + (6 * P) / 8, gradients: 2 * VH + P / 2, optimizer: P });
    expect(on({ ...eight, offload: 'optimizer' })).toEqual({
      weights: 2 * VH + P / 4,
      gradients: 2 * VH,
      optimizer: 0,
    });
    expect(on({ ...eight, offload: 'optimizer-and-weights' })).toEqual({
      weights: 2 * VH,
      gradients: 2 * VH,
      optimizer: 0,
    });
  });

  it('takes the embedding, or a wider linear layer with its bias, for the largest', () => {
    expect(largestLayerParameters(GPT2_SMALL)).toBe(VH);
    expect(largestLayerParameters(TINY)).toBe(64 * 256 + 256);
    expect(largestLayerParameters(withKeys(TINY, { model: { biases: false } }))).toBe(64 * 256);
    expect(largestLayerParameters(withKeys(TINY, { model: { maxPositions: 300 } }))).toBe(300 * 64);
  });

  it('says nothing about a second stage', () => {
    const second = deploymentSchema.parse({ dataParallel: 8, zeroStage: 2 });
    expect(deepspeedZero3.predict(TINY, second)['optimizer-peak']?.kind).toBe('unsupported');
  });

  it("reproduces the documentation's table for a model of 2851 million parameters", () => {
    const [original] = deepspeedZero3.originals ?? [];
    const gib = (given: object) => {
      const t5 = { total_params: 2851e6, largest_layer_params: 32e6, num_gpus_per_node: 8, ...given };
      const { cpu_mem, gpu_mem } = original?.run(t5) ?? {};
      return [cpu_mem, gpu_mem].map((bytes) => (Number(bytes) / 2 ** 30).toFixed(2));
    };
    expect(gib({})).toEqual(['71.69', '0.12']);
    expect(gib({ zero_init: false })).toEqual(['127.45', '0.12']);
    expect(gib({ cpu_offload_params: false })).toEqual(['63.72', '0.78']);
    expect(gib({ cpu_offload: false })).toEqual(['1.43', '6.09']);
    expect(() => original?.run({ total_params: 1, largest_layer_params: 1, num_nodes: 0 })).toThrow(Refused);
  });
});
