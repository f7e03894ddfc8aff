import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resolveConfig } from '../../../src/config/resolve.ts';
import type { PartialConfig, RunConfig } from '../../../src/config/schema.ts';
import { groundOf, violatedAssumptions } from '../../../src/estimators/estimator.ts';
import { exactParameterCount } from '../../../src/estimators/exact/parameterCount.ts';
import { tfjsClosedForm } from '../../../src/estimators/exact/tfjs-closed-form.ts';
import { builtConfig, componentsOf, TINY, totalOf, withKeys } from '../sample.ts';

type Shape = readonly [B: number, S: number, H: number, heads: number, F: number, V: number, L: number];

const built = ([B, S, H, heads, F, V, L]: Shape, model: PartialConfig['model'] = { tiedEmbedding: false }) =>
  resolveConfig({
    model: { layers: L, hiddenSize: H, heads, feedForwardSize: F, vocabularySize: V, ...model },
    batch: { size: B, sequenceLength: S },
    runtime: { device: 'cpu' },
  });

describe("what TensorFlow's allocation log showed", () => {
  // Measured on TensorFlow 2.18.1, CPU, oneDNN off: erf GELU, untied head; tape with the loss, and backward peak, both in
  // bytes over the steady state.
  it.each<[Shape, number, number]>([
    [[2, 16, 32, 4, 128, 50, 1], 291048, 726520],
    [[2, 16, 32, 4, 128, 50, 2], 537856, 1323920],
    [[2, 16, 32, 4, 128, 50, 4], 1031472, 2518720],
    [[3, 10, 24, 3, 60, 37, 2], 304784, 723620],
    [[4, 64, 64, 8, 256, 100, 1], 5805352, 13603892],
    [[8, 128, 128, 4, 512, 256, 2], 75125312, 172857932],
    [[8, 128, 128, 4, 512, 256, 4], 144396912, 328699516],
  ])('untied %j', (shape, activations, peak) => {
    const config = built(shape);
    expect(totalOf(tfjsClosedForm, config, 'activations')).toBe(activations);
    expect(totalOf(tfjsClosedForm, config, 'backward-peak') - totalOf(tfjsClosedForm, config, 'steady')).toBe(peak);
  });

  // The same, with a tied head or with more positions than tokens.
  it.each<[Shape, PartialConfig['model'], number, number]>([
    [[2, 16, 32, 4, 128, 50, 2], { tiedEmbedding: true }, 537856, 1330312],
    [[3, 10, 24, 3, 60, 37, 2], { tiedEmbedding: true }, 304784, 726880],
    [[2, 16, 32, 4, 128, 500, 1], { tiedEmbedding: true, maxPositions: 40 }, 406248, 1369584],
    [[2, 16, 32, 4, 128, 500, 1], { tiedEmbedding: false, maxPositions: 40 }, 406248, 1305592],
    [[4, 6, 4, 2, 240, 60, 3], { tiedEmbedding: false, maxPositions: 56 }, 541360, 1345832], // at the first GELU
  ])('%j %j', (shape, model, activations, peak) => {
    const config = built(shape, model);
    expect(totalOf(tfjsClosedForm, config, 'activations')).toBe(activations);
    expect(totalOf(tfjsClosedForm, config, 'backward-peak') - totalOf(tfjsClosedForm, config, 'steady')).toBe(peak);
  });

  it('steady state of a training run', () => {
    expect(totalOf(tfjsClosedForm, built([2, 16, 32, 4, 128, 50, 2]), 'steady')).toBe(351496);
  });
});

// tfjs 4.22.0's real engine and kernels on a binding that only books buffers; there, ids and targets are not on the device.
describe('what the engine showed for Adam', () => {
  it.each<[Shape, number, number]>([
    [[2, 16, 32, 4, 128, 50, 2], 351240, 1758484],
    [[8, 128, 128, 4, 512, 256, 2], 5810184, 28919828],
    [[4, 256, 64, 8, 256, 1000, 1], 2596104, 12187924],
  ])('%j', (shape, steady, optimizerPeak) => {
    const config = withKeys(built(shape), { runtime: { device: 'gpu', allocator: 'bfc' } });
    expect(totalOf(tfjsClosedForm, config, 'steady')).toBe(steady);
    expect(totalOf(tfjsClosedForm, config, 'optimizer-peak')).toBe(optimizerPeak);
  });
});

/** The polynomials as the derivation states them, in floats: another way to the same numbers than by component. */
describe('the polynomials', () => {
  it('are the sums of the components', () => {
    fc.assert(
      fc.property(builtConfig, (config) => {
        const { layers: L, hiddenSize: H, heads: h, feedForwardSize: F, vocabularySize: V } = config.model;
        const { size: B, sequenceLength: S } = config.batch;
        const host = config.runtime.device === 'cpu' ? 1 : 0;
        const [N, NH, NF, NV] = [B * S, B * S * H, B * S * F, B * S * V];
        const [A, VH, SH, MH] = [B * h * S * S, V * H, S * H, config.model.maxPositions * H];
        const P = exactParameterCount(config) ?? Number.NaN;

        const tape = L * (26 * NH + 7 * NF + 3 * A + 8 * N + 6) + 7 * NH + 5 * N + 2 * NV + SH + host * S + 3;
        expect(totalOf(tfjsClosedForm, config, 'activations')).toBe(4 * (tape + 1));

        const steady = 3 * P + 2 + S * S + host * 2 * N;
        expect(totalOf(tfjsClosedForm, config, 'steady')).toBe(4 * steady);
        expect(totalOf(tfjsClosedForm, config, 'gradients-held')).toBe(4 * (steady + P + 1));

        const W = 4 * H * H + 2 * H * F + 9 * H + F;
        const common = L * (51 * NH + 17 * NF + 7 * A + 14 * N + 6 + W) + 10 * N + 8 * NV + host * S + 2 * H;
        const atEmbedding = config.model.tiedEmbedding
          ? 3 * VH + 2 * SH + MH + 14 * NH + 6
          : 2 * VH + 2 * SH + MH + 14 * NH + 6 + 2 * host;
        const atFirstNorm = VH + SH + 16 * NH + 7;
        const atFirstGelu = VH + SH + NF - 11 * NH - 6 * N - 4 * A - (4 * H * H + H * F + 8 * H + F) + 6;
        const backward = 4 * (steady + common + Math.max(atEmbedding, atFirstNorm, atFirstGelu));
        expect(totalOf(tfjsClosedForm, config, 'backward-peak')).toBe(backward);

        const optimizer = totalOf(tfjsClosedForm, config, 'optimizer-peak');
        expect(totalOf(tfjsClosedForm, config, 'step-peak')).toBe(Math.max(backward, optimizer));
      }),
    );
  });

  it('attribute the gradients of all variables but an unfinished one', () => {
    const untied = withKeys(TINY, { model: { tiedEmbedding: false, vocabularySize: 5000 } });
    const gradients = componentsOf(tfjsClosedForm.predict(untied)['backward-peak'])['gradients'];
    expect(gradients).toBe(4 * (exactParameterCount(untied) ?? 0)); // at the embedding's gradient all are there
  });
});

/** Of a freeing backward, for the places at which it is fullest, in floats: over the steady state, and over the tape too. */
describe('the polynomials of a freeing backward', () => {
  const freeing = (shape: Shape, tiedEmbedding: boolean) => {
    const config = withKeys(built(shape, { tiedEmbedding }), { step: { backward: 'freeing' } });
    const [B, S, H, , F, V] = shape;
    const [P, N, NH, NF, NV] = [exactParameterCount(config) ?? Number.NaN, B * S, B * S * H, B * S * F, B * S * V];
    const peak = totalOf(tfjsClosedForm, config, 'backward-peak') - totalOf(tfjsClosedForm, config, 'steady');
    const overTape = peak - totalOf(tfjsClosedForm, config, 'activations');
    return { peak: peak / 4, overTape: overTape / 4, P, N, NH, NF, NV, HF: H * F, VH: V * H, H };
  };

  it.each([true, false])('at the loss, tied %s', (tied) => {
    const { overTape, NV } = freeing([2, 16, 32, 4, 128, 500, 3], tied);
    expect(overTape).toBe(6 * NV - 2);
  });

  it.each([true, false])('at GELU in the last block, tied %s', (tied) => {
    const { overTape, NF, HF, VH, H, NH, N, NV } = freeing([2, 4, 4, 2, 400, 5, 2], tied);
    expect(overTape).toBe(3 * NF + HF + VH + 3 * H - 7 * NH - 5 * N - 2 * NV - 4);
  });

  it('at the embedding', () => {
    const shape: Shape = [2, 2, 64, 2, 100, 5000, 1];
    const [tied, untied] = [freeing(shape, true), freeing(shape, false)];
    expect(tied.peak).toBe(tied.P + 2 * tied.VH + 1);
    expect(untied.peak).toBe(untied.P + untied.NH + 3);
  });
});

type Kind = 'bytes' | 'unsupported';
const ofKind = (kind: Kind): Record<string, Kind> =>
  Object.fromEntries(tfjsClosedForm.predicts.map(({ quantity }) => [quantity, kind]));

const kindsOf = (config: RunConfig): Record<string, string> =>
  Object.fromEntries(
    Object.entries(tfjsClosedForm.predict(config)).map(([quantity, prediction]) => [quantity, prediction.kind]),
  );

/** The same tapes as the derivation states them, in bytes: twice 16 bits, with dropout and without. */
describe('the polynomials of the tapes', () => {
  type Coefficients = readonly [NH: number, NF: number, A: number, N: number, weights: 0 | 2, constant: number];
  const sum = (config: RunConfig, [NH, NF, A, N, weights, constant]: Coefficients, NV = 0): number => {
    const { hiddenSize: H, heads, feedForwardSize: F, vocabularySize: V } = config.model;
    const tokens = config.batch.size * config.batch.sequenceLength;
    const scores = tokens * heads * config.batch.sequenceLength;
    const copies = weights * (NV > 0 ? V * H : 4 * H * H + 2 * H * F);
    return tokens * (NH * H + NF * F + N + NV * V) + A * scores + copies + constant;
  };
  const precisions = { float32: 'float32', autocast: 'autocast-float16', mixed: 'mixed-bfloat16' } as const;
  type Case = readonly [
    keyof typeof precisions,
    dropout: number,
    layer: Coefficients,
    outside: Coefficients,
    NV: number,
  ];
  const holds = (savedTensors: 'autodiff' | 'minimal', [name, dropout, layer, outside, NV]: Case) =>
    fc.assert(
      fc.property(builtConfig, (built) => {
        const step = { precision: precisions[name], savedTensors };
        const config = withKeys(built, { model: { dropout }, step, runtime: { device: 'cpu', allocator: 'bfc' } });
        const { sequenceLength: S } = config.batch;
        const positions = savedTensors === 'autodiff' ? 4 * S * (config.model.hiddenSize + 1) : 0;
        const expected = config.model.layers * sum(config, layer) + sum(config, outside, NV) + positions;
        expect(totalOf(tfjsClosedForm, config, 'activations')).toBe(expected);
      }),
    );

  it.each<Case>([
    ['float32', 0, [104, 28, 12, 32, 0, 24], [28, 0, 0, 20, 0, 16], 8],
    ['float32', 0.1, [136, 28, 28, 32, 0, 48], [44, 0, 0, 20, 0, 24], 8],
    ['autocast', 0, [76, 14, 10, 32, 2, 24], [26, 0, 0, 20, 2, 16], 8],
    ['autocast', 0.1, [104, 14, 22, 32, 2, 48], [42, 0, 0, 20, 2, 24], 8],
    ['mixed', 0, [56, 14, 8, 32, 0, 24], [22, 0, 0, 20, 0, 16], 8],
    ['mixed', 0.1, [84, 14, 24, 32, 0, 48], [36, 0, 0, 20, 0, 24], 8],
  ])("tfjs's own, %s, dropout %d", (...one) => holds('autodiff', one));

  it.each<Case>([
    ['float32', 0, [32, 8, 4, 16, 0, 0], [8, 0, 0, 8, 0, 4], 4],
    ['float32', 0.1, [34, 8, 9, 16, 0, 0], [9, 0, 0, 8, 0, 4], 4],
    ['autocast', 0, [20, 4, 6, 16, 2, 0], [6, 0, 0, 8, 2, 4], 6],
    ['autocast', 0.1, [22, 4, 7, 16, 2, 0], [7, 0, 0, 8, 2, 4], 6],
    ['mixed', 0, [16, 4, 2, 16, 0, 0], [4, 0, 0, 8, 0, 4], 4],
    ['mixed', 0.1, [18, 4, 5, 16, 0, 0], [5, 0, 0, 8, 0, 4], 4],
  ])('minimal, %s, dropout %d', (...one) => holds('minimal', one));
});

describe('what the closed form does not cover', () => {
  it.each<[string, PartialConfig]>([
    ['training', { step: { kind: 'inference' } }],
    ['trainable-precision', { step: { precision: 'bfloat16' } }],
    ['unfused', { model: { attention: 'fused' } }],
    ['tensorflow', { runtime: { backend: 'javascript' } }],
    ['tensorflow', { runtime: { backend: 'external' } }],
  ])('nothing of a step: %s, %j', (assumption, change) => {
    const config = withKeys(TINY, change);
    expect(violatedAssumptions(tfjsClosedForm, config)).toEqual([assumption]);
    const predictions = Object.values(tfjsClosedForm.predict(config));
    expect(predictions).toHaveLength(tfjsClosedForm.predicts.length);
    for (const prediction of predictions) expect(prediction.kind).toBe('unsupported');
    const { config: nearest, unmet } = groundOf(tfjsClosedForm, config);
    expect(unmet).toEqual([]);
    expect(tfjsClosedForm.predict(nearest).activations?.kind).toBe('bytes');
  });

  it.each<[string, PartialConfig]>([
    ['one token', { batch: { sequenceLength: 1 } }],
    ['a teacher of width 1', { step: { teacher: 'inside', teacherHiddenSize: 1, teacherHeads: 1 } }],
  ])('all but what lies between steps: %s', (_name, change) => {
    const config = withKeys(TINY, change);
    expect(kindsOf(config)).toEqual({ ...ofKind('unsupported'), weights: 'bytes', steady: 'bytes' });
    const kept = withKeys(config, { step: { gradients: 'kept' } });
    expect(kindsOf(kept)['steady']).toBe('unsupported');
  });
});
