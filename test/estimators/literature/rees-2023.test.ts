import { describe, expect, it } from 'vitest';
import { groundOf, violatedAssumptions } from '../../../src/estimators/estimator.ts';
import { exactParameterCount } from '../../../src/estimators/exact/parameterCount.ts';
import { rees2023 } from '../../../src/estimators/literature/rees-2023.ts';
import { Refused } from '../../../src/estimators/original.ts';
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
    expect(groundOf(rees2023, ground)).toEqual({ config: ground, unmet: [] });
  });

  it('gives the numbers that the post prints', () => {
    const small = { d_model: 768, n_layers: 12, n_heads: 12, vocab_size: 50304, seq_len: 1024, bsz: 12 };
    const memory = rees2023.originals?.[0]?.run(small) ?? {};
    expect(memory).toMatchObject({
      N_param: 124373760,
      M_model: 547826688,
      M_gradients: 497495040,
      M_optimizer: 994990080,
      M_data: 196608,
      total_mem: 2057547776,
    });
    const gib = (bytes: number) => (bytes / 2 ** 30).toFixed(3);
    expect(gib(Number(memory['M_activations']))).toBe('17.429');
    // "21.648" holds the workspaces and the data too, which the formula leaves out.
    const beyond = Number(memory['total_mem']) - Number(memory['M_steady_state']);
    expect(gib(Number(memory['M_peak_memory']) + beyond)).toBe('21.648');
  });

  it('predicts what the original computes', () => {
    const { layers, hiddenSize, heads, vocabularySize } = TINY.model;
    const memory = rees2023.originals?.[0]?.run({
      d_model: hiddenSize,
      n_layers: layers,
      n_heads: heads,
      vocab_size: vocabularySize,
      seq_len: TINY.batch.sequenceLength,
      bsz: TINY.batch.size,
    });
    expect(memory?.['M_steady_state']).toBe(totalOf(rees2023, TINY, 'steady'));
    expect(memory?.['M_activations']).toBe(totalOf(rees2023, TINY, 'activations'));
    expect(memory?.['M_peak_memory']).toBe(totalOf(rees2023, TINY, 'step-peak'));
  });

  it('refuses a model without sizes', () => {
    expect(() => rees2023.originals?.[0]?.run({})).toThrow(Refused);
  });
});
