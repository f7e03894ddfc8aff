import { describe, expect, it } from 'vitest';
import { deploymentSchema } from '../../../src/estimators/deployment.ts';
import { groundOf, violatedAssumptions } from '../../../src/estimators/estimator.ts';
import { deepspeedZero2 } from '../../../src/estimators/literature/deepspeed-zero2.ts';
import { Refused } from '../../../src/estimators/original.ts';
import { componentsOf, GPT2_SMALL, TINY, totalOf, withKeys } from '../sample.ts';

const P = 124475904; // of GPT2_SMALL

describe('deepspeed-zero2', () => {
  it('charges one device 20 bytes per parameter', () => {
    expect(totalOf(deepspeedZero2, GPT2_SMALL, 'steady')).toBe(20 * P);
    expect(componentsOf(deepspeedZero2.predict(GPT2_SMALL)['optimizer-peak'])).toEqual({
      weights: 6 * P,
      gradients: 6 * P,
      optimizer: 8 * P,
    });
  });

  it('divides 18 of them over the data parallel devices, to the whole byte', () => {
    const zero = { zeroStage: 2, dataParallel: 16, nodes: 2 };
    const { steady } = deepspeedZero2.predict(GPT2_SMALL, deploymentSchema.parse(zero));
    expect(steady).toMatchObject({ total: 2 * P + (18 * P) / 16 });

    const three = deepspeedZero2.predict(TINY, deploymentSchema.parse({ zeroStage: 2, dataParallel: 7 })).steady;
    expect(three).toMatchObject({ total: 2 * 110336 + Math.trunc((18 * 110336) / 7) });
  });

  it('leaves the 16-bit weights on the device when the optimizer is offloaded', () => {
    const { steady } = deepspeedZero2.predict(GPT2_SMALL, deploymentSchema.parse({ offload: 'optimizer' }));
    expect(componentsOf(steady)).toEqual({ weights: 2 * P });
  });

  it.each([
    { tensorParallel: 2 },
    { pipelineParallel: 2 },
    { experts: 8 },
    { dataParallel: 8, zeroStage: 3 as const },
    { dataParallel: 8, zeroStage: 2 as const, nodes: 3 },
    { offload: 'optimizer-and-weights' as const },
  ])('says nothing about %j', (given) => {
    expect(deepspeedZero2.predict(TINY, deploymentSchema.parse(given)).steady?.kind).toBe('unsupported');
  });

  it('can be met but for the second copies', () => {
    const { config, unmet } = groundOf(deepspeedZero2, TINY);
    expect(config.step).toMatchObject({ precision: 'mixed-float16', gradients: 'kept' });
    expect(unmet).toEqual(['two-copies']);
    expect(violatedAssumptions(deepspeedZero2, withKeys(config, { step: { optimizer: 'sgd' } }))).toContain('adam');
  });

  it("takes the original's defaults, and refuses to divide by no devices", () => {
    const [original] = deepspeedZero2.originals ?? [];
    expect(original?.run({ total_params: 10 })).toEqual({ cpu_mem: 240, gpu_mem: 20 }); // offloaded, factor 1.5
    expect(() => original?.run({ total_params: 10, num_nodes: 0, cpu_offload: false })).toThrow(Refused);
    expect(() => original?.run({})).toThrow(Refused);
  });
});
