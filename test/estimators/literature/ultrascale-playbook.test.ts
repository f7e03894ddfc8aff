import { describe, expect, it } from 'vitest';
import type { RunConfig } from '../../../src/config/schema.ts';
import { deploymentSchema } from '../../../src/estimators/deployment.ts';
import { groundOf, violatedAssumptions } from '../../../src/estimators/estimator.ts';
import { exactParameterCount } from '../../../src/estimators/exact/parameterCount.ts';
import { korthikanti2022 } from '../../../src/estimators/literature/korthikanti-2022.ts';
import { ultrascalePlaybook } from '../../../src/estimators/literature/ultrascale-playbook.ts';
import { ultrascalePlaybookOriginal } from '../../../src/estimators/originals/ultrascale-playbook.ts';
import { componentsOf, GPT2_SMALL, TINY, totalOf, withKeys } from '../sample.ts';

const mixed = { step: { precision: 'mixed-bfloat16' } } as const;

describe('ultrascale-playbook', () => {
  it.each([
    [GPT2_SMALL, 124475904, 15429795840, 26339180544],
    [TINY, 110336, 413696, 757760],
  ])('gives the page its numbers, 16 bytes per parameter in either precision', (config, n, inMixed, inFloat32) => {
    expect(ultrascalePlaybook.countParameters?.(config)).toBe(n);
    for (const [each, activations, w] of [
      [withKeys(config, mixed), inMixed, 2],
      [config, inFloat32, 4],
    ] as const) {
      expect(totalOf(ultrascalePlaybook, each, 'weights')).toBe(w * n);
      expect(totalOf(ultrascalePlaybook, each, 'steady')).toBe(16 * n);
      expect(totalOf(ultrascalePlaybook, each, 'activations')).toBe(activations);
      expect(totalOf(ultrascalePlaybook, each, 'backward-peak')).toBe(16 * n + activations);
      expect(totalOf(ultrascalePlaybook, each, 'step-peak')).toBe(16 * n + activations);
    }
  });

  it.each(['none', 'selective', 'block'] as const)(
    'stores what Korthikanti et al. do with checkpointing %s',
    (checkpointing) => {
      const config = withKeys(GPT2_SMALL, { step: { ...mixed.step, checkpointing } });
      expect(totalOf(ultrascalePlaybook, config, 'activations')).toBe(totalOf(korthikanti2022, config, 'activations'));
    },
  );

  it('recomputes scores where attention is fused: the book has that for selective recomputation', () => {
    const activations = (config: RunConfig) => totalOf(ultrascalePlaybook, config, 'activations');
    const fused = { model: { attention: 'fused' } } as const;
    const scores = 2 * (4 + 1 + 4) * 4 * 32 ** 2 * 2; // layers; softmax, mask and output of its dropout in float32
    expect(activations(withKeys(TINY, fused))).toBe(757760 - scores);
    expect(activations(withKeys(GPT2_SMALL, { ...mixed, ...fused }))).toBe(12 * 34 * 12 * 1024 * 768 + 2519728128);
    for (const checkpointing of ['selective', 'block'] as const) {
      const recomputing = withKeys(TINY, { step: { checkpointing } });
      expect(activations(withKeys(recomputing, fused))).toBe(activations(recomputing));
    }
  });

  it('stores the input of GELU, none of ReLU, three of SwiGLU, each F wide', () => {
    const wide = 2 * 32 * 2 * 300 * 4; // layers, tokens, F, bytes
    const feedForward = (model: object) => {
      const config = withKeys(TINY, { model: { feedForwardSize: 300, ...model } });
      return componentsOf(ultrascalePlaybook.predict(config).activations)['feed-forward'] ?? 0;
    };
    const relu = feedForward({ activation: 'relu' });
    expect(relu).toBe(2 * 32 * 2 * (64 * 4 + 300 * 4 + 64)); // inputs of both linear layers, mask
    expect(feedForward({ activation: 'gelu-tanh' })).toBe(relu + wide);
    expect(feedForward({ activation: 'silu', gatedFeedForward: true })).toBe(relu + 3 * wide);
  });

  it('keeps the optimizer states that there are, and a copy of the weights in mixed precision', () => {
    const states = (step: object) =>
      componentsOf(ultrascalePlaybook.predict(withKeys(TINY, { step })).steady)['optimizer'];
    expect(states({ optimizer: 'momentum' })).toBe(4 * 110336);
    expect(states({ optimizer: 'sgd', precision: 'mixed-float16' })).toBe(4 * 110336);
    expect(states({ optimizer: 'sgd' })).toBe(0);
  });

  it('divides as the page does, and says nothing about what it has no field for', () => {
    const spread = deploymentSchema.parse({ tensorParallel: 2, sequenceParallel: true, dataParallel: 3, zeroStage: 2 });
    const predictions = ultrascalePlaybook.predict(TINY, spread);
    expect(componentsOf(predictions.steady)).toEqual({
      weights: 4 * 110336,
      gradients: Math.round((4 * 110336) / 3),
      optimizer: Math.round((8 * 110336) / 3),
    });
    const scores = 2 * 9 * 4 * 32 * 32 * 2; // layers, (2 · 4 + 1) a s² b: not divided with sequence parallelism
    expect(componentsOf(predictions.activations)['attention']).toBe((2 * 21 * 32 * 2 * 64) / 2 + scores);
    const pipeline = ultrascalePlaybook.predict(TINY, deploymentSchema.parse({ pipelineParallel: 2 }));
    expect(pipeline.activations?.kind).toBe('unsupported');
  });

  it('takes zero and dp as text, as the page hands them over, and has defaults', () => {
    const answer = ultrascalePlaybookOriginal.run({
      paramGradsOpt: { h: 64, L: 2, s: 32, v: 128, dp: '8', zero: '2' },
    });
    expect(answer).toEqual({
      paramGradsOpt: {
        Parameters: 2 * 110336,
        Gradients: (2 * 110336) / 8,
        OptimizerAverages: (12 * 110336) / 8,
      },
      states_total: 2 * 110336 + (14 * 110336) / 8,
    });
  });

  it('is met on its own ground in float32, and but for 16-bit weights in mixed precision', () => {
    const { config, unmet } = groundOf(ultrascalePlaybook, withKeys(TINY, { model: { dropout: 0 } }));
    expect(unmet).toEqual([]);
    expect(config.step).toMatchObject({
      precision: 'float32',
      backward: 'freeing',
      gradients: 'kept',
      savedTensors: 'minimal',
    });
    expect(exactParameterCount(config)).toBe(ultrascalePlaybook.countParameters?.(config));
    expect(violatedAssumptions(ultrascalePlaybook, withKeys(config, mixed))).toEqual(['sixteen-bit-weights']);
  });
});
