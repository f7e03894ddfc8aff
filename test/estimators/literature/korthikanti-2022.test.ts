import { describe, expect, it } from 'vitest';
import { deploymentSchema } from '../../../src/estimators/deployment.ts';
import { korthikanti2022 } from '../../../src/estimators/literature/korthikanti-2022.ts';
import { Refused } from '../../../src/estimators/original.ts';
import { activationMemory, type KorthikantiArguments } from '../../../src/estimators/originals/korthikanti-2022.ts';
import { componentsOf, GPT2_SMALL, TINY, totalOf, withKeys } from '../sample.ts';

describe('korthikanti-2022', () => {
  it.each([
    [GPT2_SMALL, { none: 12910067712, selective: 3850371072, block: 226492416 }, 2519728128],
    [TINY, { none: 360448, selective: 278528, block: 16384 }, 53248],
  ])("gives the paper's layers and extras", (config, layers, extras) => {
    for (const [checkpointing, bytes] of Object.entries(layers)) {
      const step = { checkpointing: checkpointing as 'none' | 'selective' | 'block' };
      const parts = componentsOf(korthikanti2022.predict(withKeys(config, { step })).activations);
      const { embedding = 0, head = 0, loss = 0, ...perLayer } = parts;
      expect(embedding + head + loss).toBe(extras);
      expect(Object.values(perLayer).reduce((sum, part) => sum + part, 0)).toBe(bytes);
    }
  });

  it('adds both to the total', () => {
    expect(totalOf(korthikanti2022, GPT2_SMALL, 'activations')).toBe(15429795840);
  });

  it('stores 11, 19 and 4 sbh and 5as²b in a layer', () => {
    const sbh = 32 * 2 * 64;
    expect(componentsOf(korthikanti2022.predict(TINY).activations)).toMatchObject({
      attention: 2 * (11 * sbh + 5 * 4 * 32 * 32 * 2),
      'feed-forward': 2 * 19 * sbh,
      normalization: 2 * 4 * sbh,
    });
  });

  it('says nothing about groups of √L layers', () => {
    const sqrt = withKeys(TINY, { step: { checkpointing: 'sqrt' } });
    expect(korthikanti2022.predict(sqrt).activations?.kind).toBe('unsupported');
  });

  it('counts a micro-batch', () => {
    const one = withKeys(TINY, { step: { microBatches: 2 } });
    expect(totalOf(korthikanti2022, one, 'activations')).toBe(totalOf(korthikanti2022, TINY, 'activations') / 2);
  });
});

describe('on several devices', () => {
  const [s, b, h, a, L, v] = [32, 2, 64, 4, 2, 128];
  const sbh = s * b * h;
  const sizes = { s, b, h, a, L, v };

  it("has every row of the paper's Table 2", () => {
    const t = 4;
    const row = (change: Partial<KorthikantiArguments>) => activationMemory({ ...sizes, ...change }).per_layer;
    const scores = (5 * a * s) / h;
    expect(row({})).toBe(sbh * (34 + scores));
    expect(row({ t })).toBe(sbh * (10 + 24 / t + scores / t));
    expect(row({ t, sequence_parallel: true })).toBe((sbh / t) * (34 + scores));
    expect(row({ t, recompute: 'selective' })).toBe(sbh * (10 + 24 / t));
    expect(row({ t, recompute: 'selective', sequence_parallel: true })).toBe((34 * sbh) / t);
    expect(row({ t, recompute: 'full' })).toBe(2 * sbh);
    expect(row({ t, recompute: 'full', sequence_parallel: true })).toBe(2 * sbh);
  });

  it('keeps all layers on the first stage, and more of them if the schedule is interleaved', () => {
    const first = (change: Partial<KorthikantiArguments>) => activationMemory({ ...sizes, ...change });
    expect(first({ p: 2 }).in_layers).toBe(first({}).in_layers);
    expect(first({ p: 4, m: 3 }).in_layers).toBe(first({}).in_layers * (1 + 3 / 12));
    const outside = { embedding_dropout: 2 * sbh, final_norm_input: 0, head_input: 0, logits: 0 };
    expect(first({ p: 2 })).toMatchObject(outside);
    // (sbh/t)(p + 4(1 + v/h)) under sequence parallelism; without it only the logits are divided.
    expect(first({ t: 4, sequence_parallel: true }).outside_layers).toBe((sbh / 4) * (1 + 4 * (1 + v / h)));
    expect(first({ t: 4 }).outside_layers).toBe(5 * sbh + (4 * s * b * v) / 4);
  });

  it('predicts the fullest device of a deployment', () => {
    const predicted = (deployment: object) =>
      componentsOf(korthikanti2022.predict(TINY, deploymentSchema.parse(deployment)).activations);
    const as2b = a * s * s * b;
    expect(predicted({ tensorParallel: 2, dataParallel: 8 })).toEqual({
      attention: L * (3 * sbh + 4 * sbh + (5 * as2b) / 2),
      'feed-forward': L * (3 * sbh + 8 * sbh),
      normalization: L * 4 * sbh,
      embedding: sbh,
      head: 4 * sbh,
      loss: (4 * s * b * v) / 2,
    });
    expect(predicted({ tensorParallel: 2, pipelineParallel: 2, sequenceParallel: true })).toEqual({
      attention: (L * (11 * sbh + 5 * as2b)) / 2,
      'feed-forward': (L * 19 * sbh) / 2,
      normalization: (L * 4 * sbh) / 2,
      embedding: sbh, // sbhp/t
      head: 0,
      loss: 0,
    });
  });

  it('rounds thirds of a byte, and gives what is left its name', () => {
    const third = deploymentSchema.parse({ tensorParallel: 3, sequenceParallel: true });
    const prediction = korthikanti2022.predict(withKeys(TINY, { model: { layers: 1 } }), third).activations;
    const exact = activationMemory({ ...sizes, L: 1, t: 3, sequence_parallel: true }).total;
    expect(prediction).toMatchObject({ kind: 'bytes', total: Math.round(exact) });
    const parts = Object.values(componentsOf(prediction));
    expect(parts.reduce((sum, part) => sum + part, 0)).toBe(Math.round(exact));
  });

  it('takes whole sizes only', () => {
    expect(() => activationMemory({ ...sizes, t: 0 })).toThrow(Refused);
    expect(() => activationMemory({ ...sizes, m: 0 })).toThrow(Refused);
  });
});
