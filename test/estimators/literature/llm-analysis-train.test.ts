import { describe, expect, it } from 'vitest';
import type { PartialConfig } from '../../../src/config/schema.ts';
import { deploymentSchema } from '../../../src/estimators/deployment.ts';
import { groundOf, violatedAssumptions } from '../../../src/estimators/estimator.ts';
import { llmAnalysisTrain } from '../../../src/estimators/literature/llm-analysis-train.ts';
import { componentsOf, GPT2_SMALL, TINY, totalOf, withKeys } from '../sample.ts';

const fused = { model: { attention: 'fused' } } as const;
const mixed = { step: { precision: 'mixed-bfloat16' } } as const;
const GPT2_MIXED = withKeys(GPT2_SMALL, mixed);
const TINY_MIXED = withKeys(TINY, mixed);

describe('llm-analysis-train', () => {
  it.each([
    [GPT2_MIXED, 123587328, 12730761216, 15697254912],
    [TINY_MIXED, 106816, 409600, 2119808],
  ])('gives what the program answers without flash attention', (config, parameters, activations, peak) => {
    expect(llmAnalysisTrain.countParameters?.(config)).toBe(parameters);
    expect(totalOf(llmAnalysisTrain, config, 'weights')).toBe(2 * parameters);
    expect(totalOf(llmAnalysisTrain, config, 'steady')).toBe((2 + 12) * parameters);
    expect(totalOf(llmAnalysisTrain, config, 'gradients-held')).toBe((2 + 12 + 4) * parameters);
    expect(totalOf(llmAnalysisTrain, config, 'activations')).toBe(activations);
    expect(totalOf(llmAnalysisTrain, config, 'backward-peak')).toBe(peak);
    expect(totalOf(llmAnalysisTrain, config, 'step-peak')).toBe(peak);
  });

  const sbh = 32 * 2 * 64;

  it('has its parts under components', () => {
    expect(componentsOf(llmAnalysisTrain.predict(TINY_MIXED).activations)).toEqual({
      attention: 2 * ((5 * 2 + 1) * sbh + 2 * 2 * 4 * 32 ** 2 * 2), // 5 inputs, a mask; scores and probabilities
      'feed-forward': 2 * (2 + 2 * 4 * 2) * sbh,
      normalization: (2 * 2 + 1) * 4 * sbh,
      embedding: 2 * sbh,
      head: 2 * 32 * 2 * 128,
    });
  });

  it('takes gradients where they are more than activations, and two layers of weights where those are more than logits', () => {
    expect(componentsOf(llmAnalysisTrain.predict(TINY_MIXED)['step-peak'])).toEqual({
      weights: 2 * 106816,
      optimizer: 12 * 106816,
      gradients: 4 * 106816,
      scratch: 2 * 2 * (4 * 64 ** 2 + 8 * 64 ** 2 + 2 * 64),
    });
    expect(componentsOf(llmAnalysisTrain.predict(GPT2_MIXED)['step-peak'])).toMatchObject({
      loss: 2 * 12 * 1024 * 50304,
    });
  });

  it('adds a mask of the scores with dropout', () => {
    const dropout = withKeys(TINY_MIXED, { model: { dropout: 0.1 } });
    const masks =
      totalOf(llmAnalysisTrain, dropout, 'activations') - totalOf(llmAnalysisTrain, TINY_MIXED, 'activations');
    expect(masks).toBe(2 * 4 * 32 ** 2 * 2);
  });

  it.each([
    [GPT2_MIXED, 5950144512],
    [TINY_MIXED, 380928],
  ])('gives what the program answers with flash attention', (config, activations) => {
    expect(totalOf(llmAnalysisTrain, withKeys(config, fused), 'activations')).toBe(activations);
  });

  it('stores 2sbh + 4as of each sequence with flash attention in place of the scores, but a mask of them with dropout', () => {
    const attention = (change: PartialConfig) =>
      componentsOf(llmAnalysisTrain.predict(withKeys(TINY_MIXED, change)).activations)['attention'];
    const flash = 2 * (2 * sbh + 4 * 4 * 32 * 2);
    expect(attention(fused)).toBe(2 * (11 * sbh + flash));
    const masked = { model: { attention: 'fused', dropout: 0.1 } } as const;
    expect(attention(masked)).toBe(2 * (11 * sbh + flash + 4 * 32 ** 2 * 2));
    expect(attention({ ...fused, step: { checkpointing: 'selective' } })).toBe(2 * 11 * sbh);
  });

  it.each([
    ['selective', { attention: 2 * 11 * sbh }],
    ['block', { residual: 2 * 2 * sbh, attention: 0, 'feed-forward': 0, normalization: 4 * sbh }],
  ] as const)('recomputes: %s', (checkpointing, parts) => {
    const config = withKeys(TINY_MIXED, { step: { checkpointing } });
    expect(componentsOf(llmAnalysisTrain.predict(config).activations)).toMatchObject(parts);
  });

  it.each([
    ['sgd', 4],
    ['momentum', 8],
    ['adamax', 12],
  ] as const)("counts %s's states, and master weights with all", (optimizer, bytes) => {
    const config = withKeys(TINY_MIXED, { step: { optimizer } });
    expect(componentsOf(llmAnalysisTrain.predict(config).steady)['optimizer']).toBe(bytes * 106816);
  });

  it.each([
    ['float32', { step: { precision: 'float32' } }],
    ['groups of √L layers', { step: { checkpointing: 'sqrt' } }],
    ['a second stack', { model: { architecture: 'encoder-decoder' } }],
    ['a feed-forward width of its own without grouped heads', { model: { feedForwardSize: 100 } }],
  ] as const)('has nothing for %s', (_what, change) => {
    expect(llmAnalysisTrain.predict(withKeys(TINY_MIXED, change))['step-peak']?.kind).toBe('unsupported');
  });

  it('is spread: ZeRO-3 divides all states, tensor parallelism not the norms of a layer', () => {
    const zero = deploymentSchema.parse({ zeroStage: 3, dataParallel: 8 });
    expect(componentsOf(llmAnalysisTrain.predict(TINY_MIXED, zero).steady)).toEqual({
      weights: (2 * 106816) / 8,
      optimizer: (12 * 106816) / 8,
    });
    const tensor = deploymentSchema.parse({ tensorParallel: 2 });
    const norms = 2 * 2 * 64;
    expect(componentsOf(llmAnalysisTrain.predict(TINY_MIXED, tensor).weights)).toEqual({
      weights: 2 * ((106816 - norms) / 2 + norms),
    });
    const offload = deploymentSchema.parse({ offload: 'optimizer' });
    expect(llmAnalysisTrain.predict(TINY_MIXED, offload).steady?.kind).toBe('unsupported');
  });

  it('rounds where a degree does not divide, and keeps the sum', () => {
    const thirds = deploymentSchema.parse({ tensorParallel: 3 });
    const { activations } = llmAnalysisTrain.predict(TINY_MIXED, thirds);
    const parts = Object.values(componentsOf(activations));
    expect(parts.every(Number.isSafeInteger)).toBe(true);
    expect(activations).toMatchObject({ total: parts.reduce((sum, part) => sum + part, 0) });
  });

  it('cannot be met altogether: variables here have 32 bits, and norms have them only where softmax has', () => {
    const { config, unmet } = groundOf(llmAnalysisTrain, TINY);
    expect(unmet).toEqual(['weight-copy', 'norms-in-float32']);
    expect(config.step).toMatchObject({ precision: 'mixed-float16', savedTensors: 'minimal', backward: 'freeing' });
    expect(config.model).toMatchObject({ dropout: 0.1, biases: false });
    expect(violatedAssumptions(llmAnalysisTrain, TINY)).toContain('sixteen-bit');
  });
});
