import { expect, it } from 'vitest';
import { deploymentSchema } from '../../../src/estimators/deployment.ts';
import { deepspeedZero2 } from '../../../src/estimators/literature/deepspeed-zero2.ts';
import { deepspeedZero2Before5099 } from '../../../src/estimators/literature/deepspeed-zero2-before-5099.ts';
import { componentsOf, GPT2_SMALL, totalOf } from '../sample.ts';

const P = 124475904; // of GPT2_SMALL

it('is the later version on one device, with other shares on eight', () => {
  expect(totalOf(deepspeedZero2Before5099, GPT2_SMALL, 'steady')).toBe(totalOf(deepspeedZero2, GPT2_SMALL, 'steady'));
  const eight = deploymentSchema.parse({ zeroStage: 2, dataParallel: 8 });
  expect(componentsOf(deepspeedZero2Before5099.predict(GPT2_SMALL, eight).steady)).toEqual({
    weights: 2 * P + P / 2,
    gradients: 2 * P + P / 2,
    optimizer: P,
  });
});

it("prints the documentation's 15.93 GB where the code gives 11.28", () => {
  const t5 = { total_params: 2851e6, num_gpus_per_node: 8, num_nodes: 1, cpu_offload: false };
  const gib = (bytes: unknown) => (Number(bytes) / 2 ** 30).toFixed(2);
  expect(gib(deepspeedZero2Before5099.originals?.[0]?.run(t5)['gpu_mem'])).toBe('15.93');
  expect(gib(deepspeedZero2.originals?.[0]?.run(t5)['gpu_mem'])).toBe('11.28');
});
