/** Sets that know several devices: an answer for each legal deployment, in whole bytes or with a reason. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runConfigSchema } from '../../../src/config/schema.ts';
import { type Deployment, deploymentSchema, ONE_DEVICE } from '../../../src/estimators/deployment.ts';
import { eleutherCookbook } from '../../../src/estimators/literature/eleuther-cookbook.ts';
import { eleutherTransformerMath } from '../../../src/estimators/literature/eleuther-transformer-math.ts';
import { korthikanti2022 } from '../../../src/estimators/literature/korthikanti-2022.ts';
import { megatronTheoreticalMemory } from '../../../src/estimators/literature/megatron-theoretical-memory.ts';
import { anyConfig, TINY } from '../sample.ts';

const SETS = [eleutherCookbook, eleutherTransformerMath, korthikanti2022, megatronTheoreticalMemory];

const degree = fc.constantFrom(1, 1, 2, 3, 8);
const anyDeployment: fc.Arbitrary<Deployment> = fc
  .record({
    tensorParallel: degree,
    pipelineParallel: degree,
    dataParallel: degree,
    sequenceParallel: fc.boolean(),
    zeroStage: fc.constantFrom(0, 1, 2, 3),
    offload: fc.constantFrom('none', 'optimizer', 'optimizer-and-weights'),
    nodes: degree,
    experts: degree,
    expertsPerToken: degree,
    expertParallel: degree,
  })
  .map((deployment) => deploymentSchema.parse(deployment));

describe.each(SETS.map((set) => [set.id, set] as const))('%s', (_id, set) => {
  it('answers for every deployment', () => {
    fc.assert(
      fc.property(anyConfig, anyDeployment, (config, deployment) => {
        const predictions = set.predict(config, deployment);
        expect(Object.keys(predictions).sort()).toEqual(set.predicts.map(({ quantity }) => quantity).sort());
        for (const prediction of Object.values(predictions)) {
          if (prediction.kind === 'unsupported') continue;
          const { unitemised = 0, ...named } = prediction.components;
          expect(Number.isSafeInteger(prediction.total) && prediction.total >= 0).toBe(true);
          for (const part of Object.values(named)) expect(part).toBeGreaterThanOrEqual(0);
          expect(Object.values(named).reduce((sum, part) => sum + part, unitemised)).toBe(prediction.total);
        }
      }),
    );
  });

  it('takes one device where nothing is said', () => {
    fc.assert(
      fc.property(anyConfig, (config) => {
        expect(set.predict(config)).toEqual(set.predict(config, ONE_DEVICE));
      }),
    );
  });

  it('has a reason and no number beyond what can be counted', () => {
    const most = 2 ** 31 - 1;
    const model = { ...TINY.model, hiddenSize: most, heads: 1, keyValueHeads: 1, headSize: most, maxPositions: most };
    const batch = { ...TINY.batch, size: most, sequenceLength: most };
    const huge = runConfigSchema.parse({ ...TINY, model, batch });
    expect(set.predict(huge).activations?.kind).toBe('unsupported');
    expect(set.countParameters?.(huge)).toBeUndefined();
  });
});
