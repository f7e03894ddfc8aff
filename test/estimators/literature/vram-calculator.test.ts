import { describe, expect, it } from 'vitest';
import { deploymentSchema } from '../../../src/estimators/deployment.ts';
import { groundOf, violatedAssumptions } from '../../../src/estimators/estimator.ts';
import { vramCalculator } from '../../../src/estimators/literature/vram-calculator.ts';
import { Refused } from '../../../src/estimators/original.ts';
import { vramCalculatorOriginal } from '../../../src/estimators/originals/vram-calculator.ts';
import { componentsOf, GPT2_SMALL, TINY, totalOf, withKeys } from '../sample.ts';

const mixed = { step: { precision: 'mixed-float16' } } as const;

describe('vram-calculator', () => {
  it.each([
    [GPT2_SMALL, 124475904, 12910067712, 23781703680, 4945084416],
    [TINY, 110336, 360448, 688128, 65536],
  ])('gives the page its numbers', (config, P, inMixed, inFull, outputs) => {
    for (const [each, stored, perParameter] of [
      [withKeys(config, mixed), inMixed, 6],
      [config, inFull, 4],
    ] as const) {
      expect(totalOf(vramCalculator, each, 'weights')).toBe(perParameter * P);
      const freed = { weights: perParameter * P, optimizer: 8 * P };
      expect(componentsOf(vramCalculator.predict(each).steady)).toEqual(freed);
      const kept = withKeys(each, { step: { gradients: 'kept' } });
      expect(componentsOf(vramCalculator.predict(kept).steady)).toEqual({ ...freed, gradients: 4 * P });
      expect(totalOf(vramCalculator, each, 'activations')).toBe(stored + outputs);
      expect(totalOf(vramCalculator, each, 'step-peak')).toBe((perParameter + 12) * P + stored + outputs);
    }
  });

  it('needs one layer and the logits for inference', () => {
    const peak = componentsOf(
      vramCalculator.predict(withKeys(TINY, { step: { precision: 'float16' } }))['inference-peak'],
    );
    const sbh = 32 * 2 * 64;
    expect(peak).toEqual({
      weights: 2 * 110336,
      attention: 11 * sbh + 5 * 4 * 32 * 32 * 2,
      'feed-forward': 19 * sbh,
      normalization: 4 * sbh,
      head: 4 * 2 * 32 * 128,
    });
    const inference = withKeys(TINY, { step: { kind: 'inference', precision: 'float16' } });
    expect(totalOf(vramCalculator, inference, 'weights')).toBe(2 * 110336);
  });

  it('knows grouped keys and values, and no gate', () => {
    const activations = (model: object) => totalOf(vramCalculator, withKeys(TINY, { model }), 'activations');
    expect(activations({})).toBe(activations({ gatedFeedForward: true }));
    expect(activations({}) - activations({ keyValueHeads: 1 })).toBe(2 * 2 * 4 * 32 * 2 * 48); // layers, k and v, fp32, 3 heads of 16
  });

  it('shards all states or none', () => {
    const spread = (given: object) => vramCalculator.predict(TINY, deploymentSchema.parse(given));
    const sharded = spread({ dataParallel: 4, zeroStage: 3 });
    expect(componentsOf(sharded.steady)).toEqual({ weights: 110336, optimizer: 2 * 110336 });
    expect(componentsOf(sharded['step-peak'])['gradients']).toBe(110336);
    expect(sharded.activations).toEqual(vramCalculator.predict(TINY).activations);
    expect(spread({ dataParallel: 4 })).toEqual(vramCalculator.predict(TINY));
    expect(spread({ dataParallel: 4, zeroStage: 1 }).steady?.kind).toBe('unsupported');
    const tensorParallel = spread({ tensorParallel: 2 });
    expect(tensorParallel.steady?.kind).toBe('unsupported');
    expect(componentsOf(tensorParallel['inference-peak'])['weights']).toBe(2 * 110336);
  });

  it('has Adam and SGD, and no states of other optimizers', () => {
    const optimizerBytes = (optimizer: 'sgd' | 'momentum') =>
      componentsOf(vramCalculator.predict(withKeys(TINY, { step: { optimizer } })).steady)['optimizer'];
    expect(optimizerBytes('momentum')).toBe(4 * 110336);
    expect(optimizerBytes('sgd')).toBe(0);
    const other = vramCalculator.predict(withKeys(TINY, { step: { optimizer: 'rmsprop' } }));
    expect([other.steady?.kind, other['step-peak']?.kind]).toEqual(['unsupported', 'unsupported']);
    expect(other.activations?.kind).toBe('bytes');
  });

  it('fills in what the page starts with, and takes no other precision', () => {
    const modelConfig = {
      numParams: 1,
      hiddenSize: 64,
      vocabSize: 128,
      numAttentionHeads: 4,
      numKeyValueHeads: 4,
      intermediateSize: 256,
      numLayers: 2,
    };
    expect(vramCalculatorOriginal.run({ modelConfig, runConfig: {} })['bytes']).toEqual({
      cudaKernels: 1048576000,
      parameters: 6e9,
      outputs: 2 * 4 * 4 * 512 * 128,
      activations: 2 * (34 * 4 * 512 * 64 + 5 * 4 * 4 * 512 ** 2),
      gradients: 4e9,
      firstMoments: 4e9,
    });
    const int8 = { modelConfig, runConfig: { isTraining: false, inferencePrecision: 'int8' } };
    expect(() => vramCalculatorOriginal.run(int8)).toThrow(Refused);
  });

  it('is met on its own ground in fp32; in mixed precision a copy of the weights is missing', () => {
    const { config, unmet } = groundOf(vramCalculator, TINY);
    expect(unmet).toEqual([]);
    expect(config.step).toMatchObject({ precision: 'float32', backward: 'freeing', savedTensors: 'minimal' });
    expect(violatedAssumptions(vramCalculator, withKeys(config, mixed))).toEqual(['half-precision-copy']);
    const inference = withKeys(TINY, { model: { dropout: 0.1 }, step: { kind: 'inference', precision: 'float16' } });
    expect(violatedAssumptions(vramCalculator, inference)).toEqual([]);
  });
});
