import { describe, expect, it } from 'vitest';
import { violatedAssumptions } from '../../../src/estimators/estimator.ts';
import { exactParameterCount } from '../../../src/estimators/exact/parameterCount.ts';
import { rees2023 } from '../../../src/estimators/literature/rees-2023.ts';
import { GPT2_SMALL, TINY, totalOf, withKeys } from '../sample.ts';

describe('rees-2023', () => {
  it.each([
    [GPT2_SMALL, 124373760, 2040311808, 18713935872, 23226789888],
    [TINY, 108864, 1750016, 466944, 2249728],
  ])("gives the derivation's numbers", (config, parameters, steady, activations, peak) => {
    expect(rees2023.countParameters?.(config)).toBe(parameters);
    expect(totalOf(rees2023, config, 'weights')).toBe(4 * parameters);
    expect(totalOf(rees2023, config, 'steady')).toBe(steady);
    expect(totalOf(rees2023, config, 'activations')).toBe(activations);
    expect(totalOf(rees2023, config, 'backward-peak')).toBe(peak);
    expect(totalOf(rees2023, config, 'step-peak')).toBe(peak);
  });

  it('counts what nanoGPT without biases has', () => {
    const nanoGpt = withKeys(TINY, { model: { biases: false } });
    expect(exactParameterCount(nanoGpt)).toBe(rees2023.countParameters?.(nanoGpt));
  });

  it('is met on its own ground', () => {
    const ground = withKeys(TINY, {
      model: { biases: false },
      step: { precision: 'autocast-float16', savedTensors: 'minimal', backward: 'freeing', gradients: 'kept' },
    });
    expect(violatedAssumptions(rees2023, ground)).toEqual([]);
    expect(rees2023.matched(ground)).toEqual({ config: ground, unmet: [] });
  });
});
