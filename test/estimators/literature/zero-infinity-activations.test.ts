import { describe, expect, it } from 'vitest';
import { groundOf } from '../../../src/estimators/estimator.ts';
import { zeroInfinityActivations, zeroTerms } from '../../../src/estimators/literature/zero-infinity-activations.ts';
import { componentsOf, GPT2_SMALL, TINY, totalOf, withKeys } from '../sample.ts';

const recomputing = (checkpointing: 'block' | 'sqrt' | 'selective') =>
  withKeys(GPT2_SMALL, { step: { checkpointing } });

describe('zero-infinity-activations', () => {
  it("gives ZeRO's 60 GB for a 1.5B model, a sequence of 1K and a batch of 32", () => {
    const terms = zeroTerms({ bsz: 32, seq: 1024, hd: 1600, nl: 48, attn_heads: 25, ci: 1 });
    expect(Math.round(terms.total_activations / 1e9)).toBe(60);
    expect(terms.parameters).toBe(1_474_560_000); // "1.5B"
    expect(terms.model_states).toBe(20 * terms.parameters);
  });

  it('keeps 24 bytes per element of every block without checkpoints', () => {
    expect(totalOf(zeroInfinityActivations, GPT2_SMALL, 'activations')).toBe(24 * 12 * 1024 * 768 * 12);
    expect(zeroInfinityActivations.predict(GPT2_SMALL)['backward-peak']?.kind).toBe('unsupported');
  });

  it('keeps one input per block, and recomputes one block at a time', () => {
    const { activations, 'backward-peak': peak } = zeroInfinityActivations.predict(recomputing('block'));
    expect(componentsOf(activations)).toEqual({ residual: 226492416 });
    const P = 12 * 12 * 768 ** 2;
    expect(componentsOf(peak)).toEqual({
      weights: 6 * P,
      gradients: 6 * P,
      optimizer: 8 * P,
      residual: 226492416,
      unitemised: 12 * 1024 * (16 * 768 + 2 * 12 * 1024),
    });
  });

  it('recomputes √L blocks at a time', () => {
    const { activations, 'backward-peak': peak } = zeroInfinityActivations.predict(recomputing('sqrt'));
    expect(componentsOf(activations)).toEqual({ residual: 226492416 / 3 }); // round(√12) = 3
    expect(componentsOf(peak)).toMatchObject({ unitemised: 3 * 12 * 1024 * (16 * 768 + 2 * 12 * 1024) });
  });

  it('says nothing about recomputing attention', () => {
    expect(zeroInfinityActivations.predict(recomputing('selective')).activations?.kind).toBe('unsupported');
  });

  it('can be met but for the second copies', () => {
    const { config, unmet } = groundOf(zeroInfinityActivations, TINY);
    expect(unmet).toEqual(['two-copies']);
    expect(config.step).toMatchObject({ precision: 'mixed-float16', savedTensors: 'minimal', backward: 'freeing' });
  });
});
