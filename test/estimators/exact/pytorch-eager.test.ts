/** The laws of PyTorch eager on every published row about PyTorch: exact, or off by what a condition of the row explains to the byte. */
import { describe, expect, it, test } from 'vitest';
import { type ComparisonRow, compareRecords } from '../../../src/accuracy/compare.ts';
import type { Prediction } from '../../../src/estimators/estimator.ts';
import { pytorchEager } from '../../../src/estimators/exact/pytorch-eager.ts';
import type { ExternalRecord } from '../../../src/records/external.ts';
import type { Quantity } from '../../../src/records/quantity.ts';
import { publishedRecords } from '../../accuracy/published.ts';
import { GPT2_SMALL, withKeys } from '../sample.ts';

/** A record and what its formula is compared with; readings that the source does not have, and parts that it does not tell apart, left out. */
function comparisons(name: string): { record: ExternalRecord; rows: ComparisonRow[] }[] {
  return publishedRecords(name).map((record) => ({
    record,
    rows: compareRecords([record], [pytorchEager]).filter(({ errorBytes }) => errorBytes !== null),
  }));
}

function symbols({ configuration: { model, batch } }: ExternalRecord) {
  const [B, S] = [batch.size, batch.sequenceLength];
  const N = B * S;
  const { layers: L, hiddenSize: H, vocabularySize: V, heads } = model;
  return { L, B, S, N, NH: N * H, NV: N * V, A: B * heads * S * S };
}

/** Predicted − saved, where a condition of the run is not the one that is taken for granted. */
function savedError(record: ExternalRecord): number {
  const { L, B, S, N, NH, A } = symbols(record);
  const { conditions, configuration, device } = record;
  const { precision, checkpointing } = configuration.step;
  if (checkpointing === 'block') return 0; // no more is kept of a block than what enters it
  let error = 0;
  // A boolean mask is filled in and does not widen the scores: softmax stays in 16 bits, and multiplies with v as it is.
  if (conditions['mask'] === 'fill' && precision === 'autocast-bfloat16' && configuration.runtime.device === 'cpu')
    error += L * 4 * A;
  if (conditions['mask'] === 'fill-eq') error -= L * S * S; // nanoGPT compares the mask with 0 in each layer: a new boolean one
  if (conditions['kernel'] === '_scaled_dot_product_flash_attention') error -= L * 8; // it keeps 24 bytes, not 16
  if (conditions['kernel'] === '_scaled_dot_product_flash_attention_for_cpu') error += L * 16; // and none in the place of CUDA's
  // Fused attention with dropout on a CPU is the math kernel, which works in 32 bits.
  if (conditions['sdpa'] === 'math kernel' && precision !== 'float32')
    error -= L * (6 * NH + (precision === 'bfloat16' ? 6 : 2) * A);
  if (conditions['sdpa'] === 'math kernel' && precision === 'float32' && B === 1) error -= L * 8 * NH; // its own q and k beside QKV's storage, of which all three are views
  // Only dropout, softmax and loss are CUDA's there; norms are a CPU's, with their statistics in 16 bits.
  if (device.label === 'cpu-as-cuda' && precision === 'bfloat16') error += L * 8 * N + 4 * N;
  return error;
}

/** Of totals, or of parts. */
const count = (rows: readonly ComparisonRow[], isTotal: boolean): [exact: number, all: number] => {
  const chosen = rows.filter(({ component }) => (component === 'total') === isTotal);
  return [chosen.filter(({ verdict }) => verdict === 'exact').length, chosen.length];
};

describe('saved tensors', () => {
  test('an H200: all 362 configurations, every component and every total', () => {
    const rows = comparisons('pytorch-h200-saved-tensors').flatMap((entry) => entry.rows);
    expect(new Set(rows.map(({ errorBytes }) => errorBytes))).toEqual(new Set([0]));
    expect(new Set(rows.map(({ match }) => match))).toEqual(new Set(['matched']));
    expect(count(rows, true)).toEqual([362, 362]);
    expect(count(rows, false)).toEqual([2545, 2545]);
  });

  test('a CPU, and simulated CUDA: every component, but attention where another kernel or mask was run', () => {
    const all = comparisons('pytorch-saved-tensors');
    for (const { record, rows } of all) {
      const expected = savedError(record);
      for (const { component, errorBytes } of rows)
        expect(errorBytes, component).toBe(['total', 'attention'].includes(component) ? expected : 0);
    }
    const rows = all.flatMap((entry) => entry.rows);
    expect(count(rows, true)).toEqual([498, 581]);
    expect(rows.filter(({ component, verdict }) => component === 'attention' && verdict !== 'exact')).toHaveLength(83);
  });

  test('which 83 they are', () => {
    const off = comparisons('pytorch-saved-tensors').filter(({ record }) => savedError(record) !== 0);
    const conditions = off.map(
      ({ record }) => record.conditions['sdpa'] ?? record.conditions['kernel'] ?? record.conditions['mask'],
    );
    const counts = new Map([...new Set(conditions)].map((name) => [name, conditions.filter((c) => c === name).length]));
    expect(Object.fromEntries(counts)).toEqual({
      fill: 20,
      'fill-eq': 1,
      'math kernel': 21,
      _scaled_dot_product_flash_attention: 41,
    });
  });
});

describe('a step under MemTracker', () => {
  const runs = comparisons('pytorch-peaks');
  const HOLDS_SAVED: readonly Quantity[] = ['activations', 'forward-peak', 'backward-peak', 'step-peak'];

  /** Predicted − counted of a total. */
  function error(record: ExternalRecord, quantity: Quantity): number {
    const { S, NV } = symbols(record);
    const { conditions, configuration } = record;
    const { precision } = configuration.step;
    const ofSaved = HOLDS_SAVED.includes(quantity) ? savedError(record) : 0;
    // What forward adds is the loss too, which no node has saved.
    if (quantity === 'activations') return ofSaved - (precision === 'bfloat16' ? 2 : 4);
    const mask = conditions['mask'] === 'fill' ? 3 * S * S : 0; // a byte for each element, not 4
    const logits = conditions['logitsHeld'] === 'true' ? NV * (precision === 'float32' ? 4 : 2) : 0;
    return ofSaved + mask - logits;
  }

  const isDefaultForeach = ({ conditions }: ExternalRecord) => conditions['foreach'] === 'false';
  const totals = ({ rows }: { rows: ComparisonRow[] }) => rows.filter(({ component }) => component === 'total');

  test('seven quantities of 140 runs, of which none is left without a number', () => {
    for (const run of runs) expect(totals(run).map(({ quantity }) => quantity)).toHaveLength(7);
    expect(runs).toHaveLength(140);
  });

  test('every total is exact but for mask, held logits, the loss and what is no kernel of CUDA', () => {
    for (const run of runs.filter(({ record }) => isDefaultForeach(record)))
      for (const { quantity, errorBytes } of totals(run))
        expect(errorBytes, quantity).toBe(error(run.record, quantity));
  });

  test('how many are exact', () => {
    const exactOf = (quantity: Quantity) =>
      count(
        runs.flatMap(({ rows }) => rows).filter((row) => row.quantity === quantity),
        true,
      )[0];
    expect(
      Object.fromEntries(
        ['steady', 'gradients-held', 'forward-peak', 'backward-peak', 'optimizer-peak', 'step-peak'].map((quantity) => [
          quantity,
          exactOf(quantity as Quantity),
        ]),
      ),
    ).toEqual({
      steady: 132, // not: 2 of another mask, 6 whose logits are held
      'gradients-held': 132,
      'forward-peak': 125, // nor: 4 with the statistics of a CPU, 2 with its flash kernel, 1 of nanoGPT's masks
      'backward-peak': 125,
      'optimizer-peak': 129, // nor 3 with `foreach` on a CPU
      'step-peak': 124, // as backward's, and 1 of those 3
    });
  });

  test('Adam on a CPU that is told to take all parameters at once has a whole copy of them', () => {
    const told = runs.filter(({ record }) => !isDefaultForeach(record));
    for (const run of told) {
      const predicted = new Map(totals(run).map((row) => [row.quantity, row.predictedBytes ?? 0]));
      const { model, runtime } = run.record.configuration;
      const copy = 4 * (pytorchEager.countParameters?.(run.record.configuration) ?? 0);
      const measured = (predicted.get('gradients-held') ?? 0) + copy;
      const step = predicted.get('step-peak') ?? 0;
      for (const { quantity, errorBytes, predictedBytes } of totals(run)) {
        const expected =
          quantity === 'optimizer-peak'
            ? (predictedBytes ?? 0) - measured
            : quantity === 'step-peak'
              ? step - Math.max(step, measured)
              : error(run.record, quantity);
        expect(errorBytes, quantity).toBe(expected);
      }
      // On a GPU it is the default.
      const onGpu = withKeys(run.record.configuration, { model, runtime: { ...runtime, device: 'gpu' } });
      const gpu = pytorchEager.predict(onGpu);
      expect(bytesOf(gpu['optimizer-peak']) - bytesOf(gpu['gradients-held'])).toBe(copy);
    }
    expect(told).toHaveLength(3);
  });

  test('what MemTracker tells apart is exact too: weights, gradients, optimizer, mask and data', () => {
    const off = runs.flatMap(({ record, rows }) =>
      rows
        .filter(({ component, errorBytes }) => component !== 'total' && errorBytes !== 0)
        .map(({ component, quantity, errorBytes }) => [component, quantity, errorBytes, record] as const),
    );
    const ofMask = off.filter(([, , , { conditions }]) => conditions['mask'] === 'fill');
    for (const [component, , bytes, record] of ofMask)
      expect([component, bytes]).toEqual(['inputs', error(record, 'steady')]);
    expect(ofMask).toHaveLength(6); // steady, gradients-held and step-peak of two runs
    const others = off.filter(([, , , { conditions }]) => conditions['mask'] !== 'fill');
    expect(
      others.map(([component, quantity, , record]) => [component, quantity, record.conditions['foreach']]),
    ).toEqual([
      ['optimizer', 'step-peak', 'true'], // the peak is there and not in backward, where one gradient is not yet done
      ['gradients', 'step-peak', 'true'],
    ]);
    expect(
      count(
        runs.flatMap(({ rows }) => rows),
        false,
      )[0],
    ).toBeGreaterThan(1600);
  });
});

const bytesOf = (prediction: Prediction | undefined): number => {
  if (prediction?.kind !== 'bytes') throw new Error(prediction?.reason ?? 'no prediction');
  return prediction.total;
};

describe('where nothing was measured', () => {
  const silent = (keys: Parameters<typeof withKeys>[1]) =>
    Object.entries(pytorchEager.predict(withKeys(GPT2_SMALL, keys)))
      .filter(([, prediction]) => prediction.kind === 'unsupported')
      .map(([quantity]) => quantity);
  const ALL = pytorchEager.predicts.map(({ quantity }) => quantity);
  const OF_STEP = ALL.filter((quantity) => quantity !== 'weights' && quantity !== 'activations');

  it.each([
    ['a gated feed-forward', { model: { gatedFeedForward: true } }],
    ['grouped queries', { model: { keyValueHeads: 4 } }],
    ['RMS-norm', { model: { normalization: 'rms-norm' } }],
    ['SiLU', { model: { activation: 'silu' } }],
    ['rotary positions', { model: { positions: 'rotary' } }],
    ['an encoder', { model: { architecture: 'encoder' } }],
    ['mixed precision without autocast', { step: { precision: 'mixed-bfloat16' } }],
    ['float16 on a CPU', { step: { precision: 'float16' } }],
    ['selective recomputation', { step: { checkpointing: 'selective' } }],
    ['inference', { step: { kind: 'inference' } }],
    ['fused attention with dropout on a CPU', { model: { attention: 'fused', dropout: 0.1 } }],
    [
      'heads that no fused kernel takes',
      { model: { attention: 'fused', heads: 64, keyValueHeads: 64, headSize: 12 }, runtime: { device: 'gpu' } },
    ],
  ] as const)('%s: no quantity', (_what, keys) => {
    expect(silent(keys)).toEqual(ALL);
  });

  it.each([
    ['another optimizer', { step: { optimizer: 'sgd' } }],
    ['several micro-batches', { step: { microBatches: 2 } }],
    ['float16, whose loss is scaled', { step: { precision: 'autocast-float16' }, runtime: { device: 'gpu' } }],
  ] as const)('%s: neither levels nor peaks', (_what, keys) => {
    expect(silent(keys)).toEqual(OF_STEP);
  });

  it('a vocabulary so small that a block may be fuller than the loss: no such peaks, but levels', () => {
    expect(silent({ model: { vocabularySize: 2 } })).toEqual(['forward-peak', 'backward-peak', 'step-peak']);
    expect(silent({})).toEqual([]);
  });

  it('float16 on a GPU keeps what bfloat16 keeps', () => {
    const activations = (precision: 'autocast-float16' | 'autocast-bfloat16') =>
      pytorchEager.predict(withKeys(GPT2_SMALL, { step: { precision }, runtime: { device: 'gpu' } })).activations;
    expect(activations('autocast-float16')).toEqual(activations('autocast-bfloat16'));
  });
});

test("Rees's A100: the activations that he could not explain, but for the masks that nanoGPT makes anew", () => {
  const [record] = publishedRecords('rees-2023');
  const reading = record?.readings.find(({ quantity }) => quantity === 'activations');
  const predicted = bytesOf(pytorchEager.predict((record as ExternalRecord).configuration).activations);
  expect(predicted + 12 * 1024 ** 2).toBe(18_976_112_644);
  expect(Math.abs(18_976_112_644 - (reading?.bytes ?? 0))).toBeLessThanOrEqual(reading?.resolutionBytes ?? 0);
});
