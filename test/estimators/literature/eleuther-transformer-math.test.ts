import { describe, expect, it } from 'vitest';
import { deploymentSchema } from '../../../src/estimators/deployment.ts';
import { groundOf, violatedAssumptions } from '../../../src/estimators/estimator.ts';
import { exactParameterCount } from '../../../src/estimators/exact/parameterCount.ts';
import { eleutherTransformerMath } from '../../../src/estimators/literature/eleuther-transformer-math.ts';
import { Refused } from '../../../src/estimators/original.ts';
import { trainingMemory, transformerMath } from '../../../src/estimators/originals/eleuther-transformer-math.ts';
import { componentsOf, GPT2_SMALL, TINY, totalOf, withKeys } from '../sample.ts';

const P = 124475904; // GPT-2 small as it is built
const MIXED = withKeys(GPT2_SMALL, { step: { precision: 'mixed-float16' } });
const ACTIVATIONS = 12910067712; // sbhL(34 + 5as/h)

describe('eleuther-transformer-math', () => {
  it('adds model, optimizer, gradients and activations', () => {
    expect(exactParameterCount(MIXED)).toBe(P);
    const predictions = eleutherTransformerMath.predict(MIXED);
    expect(componentsOf(predictions.weights)).toEqual({ weights: 2 * P });
    expect(componentsOf(predictions.steady)).toEqual({ weights: 2 * P, optimizer: 12 * P });
    expect(componentsOf(predictions['step-peak'])).toEqual({
      weights: 2 * P,
      optimizer: 12 * P,
      gradients: 2 * P, // those of fp16 mixed precision are fp16
      unitemised: ACTIVATIONS,
    });
    const momentum = withKeys(MIXED, { step: { optimizer: 'momentum', gradients: 'kept' } });
    expect(totalOf(eleutherTransformerMath, momentum, 'steady')).toBe((2 + 8 + 2) * P);
  });

  it('has 4 bytes of weights and gradients in float32, and activations of 2 all the same', () => {
    expect(componentsOf(eleutherTransformerMath.predict(GPT2_SMALL)['step-peak'])).toEqual({
      weights: 4 * P,
      optimizer: 12 * P,
      gradients: 4 * P,
      unitemised: ACTIVATIONS,
    });
  });

  it('recomputes attention, every layer, or says nothing', () => {
    const activations = (checkpointing: 'selective' | 'block' | 'sqrt') =>
      eleutherTransformerMath.predict(withKeys(MIXED, { step: { checkpointing } })).activations;
    expect(activations('selective')).toMatchObject({ total: 3850371072 });
    expect(activations('block')).toMatchObject({ total: 226492416 });
    expect(activations('sqrt')?.kind).toBe('unsupported');
  });

  it('takes a fifth more than the model in inference', () => {
    const half = withKeys(TINY, { step: { kind: 'inference', precision: 'float16' } });
    const model = 2 * 110336;
    const whole = Math.round(1.2 * model); // 264,806.4
    expect(componentsOf(eleutherTransformerMath.predict(half)['inference-peak'])).toEqual({
      weights: model,
      unitemised: whole - model,
    });
  });

  it('divides as the equation for ZeRO-1 with 3D parallelism does', () => {
    const deployment = { tensorParallel: 4, pipelineParallel: 2, dataParallel: 2, zeroStage: 1 };
    const parts = componentsOf(eleutherTransformerMath.predict(MIXED, deploymentSchema.parse(deployment))['step-peak']);
    const [s, b, h, L, a, t] = [1024, 12, 768, 12, 12, 4];
    expect(parts).toEqual({
      weights: (2 * P) / 8,
      optimizer: (12 * P) / 16,
      gradients: (2 * P) / 2,
      unitemised: (s * b * h * L * (10 + 24 / t + (5 * a * s) / (h * t))) / t,
    });
    const sequence = deploymentSchema.parse({ tensorParallel: 4, sequenceParallel: true });
    expect(eleutherTransformerMath.predict(MIXED, sequence).activations?.kind).toBe('unsupported');
  });

  it('is met but for the copy of the weights', () => {
    const { config, unmet } = groundOf(eleutherTransformerMath, TINY);
    expect(unmet).toEqual(['weight-copy']);
    expect(violatedAssumptions(eleutherTransformerMath, config)).toEqual(unmet);
    expect(config.step).toMatchObject({ precision: 'mixed-float16', savedTensors: 'minimal', backward: 'freeing' });
  });
});

describe("the post's equations", () => {
  const sizes = { params: 1000, s: 32, b: 2, h: 64, L: 2, a: 4 };

  it('shards more with each stage of ZeRO', () => {
    const stage = (zero_stage: 0 | 1 | 2 | 3) => trainingMemory({ ...sizes, zero_stage, num_gpus: 8 });
    const activation_memory = 360448;
    expect(stage(0)).toMatchObject({ model_memory: 2000, optimizer_memory: 12000, gradient_memory: 2000 });
    expect(stage(1)).toMatchObject({ model_memory: 2000, optimizer_memory: 1500, gradient_memory: 2000 });
    expect(stage(2)).toMatchObject({ model_memory: 2000, optimizer_memory: 1500, gradient_memory: 250 });
    expect(stage(3)).toMatchObject({ model_memory: 250, optimizer_memory: 1500, gradient_memory: 250 });
    for (const zero_stage of [0, 1, 2, 3] as const) expect(stage(zero_stage)).toMatchObject({ activation_memory });
  });

  it('knows 8-bit optimizers, fp32 gradients, live parameters and int8', () => {
    expect(transformerMath({ ...sizes, optimizer: '8-bit', gradients: 'fp32', recomputation: 'full' })).toMatchObject({
      optimizer_memory: 6000,
      gradient_memory: 4000,
      activation_memory: 16384,
      total_memory_training: 2000 + 6000 + 4000 + 16384,
    });
    expect(trainingMemory({ ...sizes, zero_stage: 3, zero3_live_params: 50 }).live_params_memory).toBe(100);
    expect(transformerMath({ ...sizes, precision: 'int8' })).toMatchObject({
      model_memory: 1000,
      total_memory_inference: 1200,
      total_memory_training: { refused: expect.any(String) },
    });
    expect(() => trainingMemory({ ...sizes, precision: 'int8' })).toThrow(Refused);
    expect(() => transformerMath({ ...sizes, t: 0 })).toThrow(Refused);
  });
});
