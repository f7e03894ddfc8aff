import { describe, expect, it, test } from 'vitest';
import type { PartialConfig } from '../../src/config/schema.ts';
import { comparedIn, itemised, unsupported } from '../../src/estimators/estimator.ts';
import { allocatorModel } from '../../src/estimators/exact/allocator-model.ts';
import { shapeEngine } from '../../src/estimators/exact/shape-engine.ts';
import { exactStepPeakBytes, tfjsClosedForm } from '../../src/estimators/exact/tfjs-closed-form.ts';
import { ESTIMATORS } from '../../src/estimators/index.ts';
import { rees2023 } from '../../src/estimators/literature/rees-2023.ts';
import { limitsOf } from '../../src/limit/answer.ts';
import { axisOf, LIMIT_KEYS } from '../../src/limit/axis.ts';
import { limitOf } from '../../src/limit/limit.ts';
import { formulaOf } from './formula.ts';

const TINY: PartialConfig = {
  model: { layers: 1, hiddenSize: 16, heads: 2, feedForwardSize: 32, vocabularySize: 20 },
  batch: { size: 2, sequenceLength: 8 },
};
const batches = axisOf(TINY, 'batch.size', 'cpu');

describe('limitOf', () => {
  it.each([1, 2, 3, 7, 8, 9, 1000, 12_345])('is %i where the next one does not fit', async (largest) => {
    const limit = await limitOf(
      formulaOf((batch) => 10 * batch),
      batches,
      10 * largest + 9,
    );
    expect(limit).toMatchObject({
      ...{ kind: 'value', value: largest, bytes: 10 * largest, reason: null },
      next: { value: largest + 1, bytes: 10 * largest + 10 },
    });
  });

  it('fits what needs just as much as there is', async () => {
    const formula = formulaOf((batch) => 10 * batch);
    expect(await limitOf(formula, batches, 50)).toMatchObject({ value: 5, bytes: 50 });
    expect(await limitOf(formula, batches, 49)).toMatchObject({ value: 4, next: { value: 5, bytes: 50 } });
  });

  it('has no value where not even the smallest fits, and says what that needs', async () => {
    const formula = formulaOf((batch) => 10 * batch);
    const none = { kind: 'none', value: null, bytes: null, next: { value: 1, bytes: 10 } };
    expect(await limitOf(formula, batches, 9)).toMatchObject(none);
  });

  it('tells all from a formula that ignores the key', async () => {
    const limit = await limitOf(
      formulaOf(() => 10),
      batches,
      10,
    );
    expect(limit).toMatchObject({ kind: 'all', value: batches.largest, next: null });
    expect(limit.reason).toContain('does not depend on batch.size');
  });

  it('tells all, with the end of the key, where every legal value fits', async () => {
    const short = axisOf({ ...TINY, model: { ...TINY.model, maxPositions: 30 } }, 'batch.sequenceLength', 'cpu');
    const formula = formulaOf(() => 0, {
      predict: ({ batch }) => ({ 'step-peak': itemised({ unitemised: batch.sequenceLength }) }),
    });
    const limit = await limitOf(formula, short, 1000);
    expect(limit).toMatchObject({ kind: 'all', value: 30, bytes: 30 });
    expect(limit.reason).toContain('model.maxPositions = 30');
  });

  it('is silent without a formula for the peak, and where there is one that never answers', async () => {
    const without = formulaOf(() => 1, { predicts: comparedIn(['requested'], ['weights']) });
    expect(await limitOf(without, batches, 10)).toMatchObject({
      kind: 'silent',
      ledger: null,
      value: null,
      next: null,
    });
    const never = await limitOf(
      formulaOf(() => null),
      batches,
      10,
    );
    expect(never).toMatchObject({ kind: 'silent', value: null, reason: 'it is silent there' });
  });

  it('passes over values of which a formula is silent until one fits; later silence is an end', async () => {
    const from5 = formulaOf((batch) => (batch < 5 ? null : 10 * batch));
    expect(await limitOf(from5, batches, 85)).toMatchObject({ kind: 'value', value: 8, next: { value: 9 } });
    expect(await limitOf(from5, batches, 45)).toMatchObject({ kind: 'none', next: { value: 5, bytes: 50 } });
    const to12 = formulaOf((batch) => (batch > 12 ? null : 10 * batch));
    expect(await limitOf(to12, batches, 1000)).toMatchObject({
      ...{ kind: 'value', value: 12 },
      next: { value: 13, bytes: null, unsupported: 'it is silent there' },
    });
  });

  it('of a formula that is not monotone takes the end below the first doubling that does not fit', async () => {
    // Fits from 1 to 5, then from 9 to 11; 8 is asked before 9, and does not fit.
    const sawtooth = formulaOf((batch) => (batch <= 5 || (batch >= 9 && batch <= 11) ? 1 : 100));
    expect(await limitOf(sawtooth, batches, 10)).toMatchObject({ kind: 'value', value: 5, next: { value: 6 } });
    // A hole that no doubling meets is not seen: from 5 to 7 it does not fit, and 4, 8, 16 are asked.
    const hole = formulaOf((batch) => ((batch >= 5 && batch <= 7) || batch > 10 ? 100 : 1));
    expect(await limitOf(hole, batches, 10)).toMatchObject({ kind: 'value', value: 10, next: { value: 11 } });
  });

  it('counts in micro-batches where there are some', async () => {
    const axis = axisOf({ ...TINY, step: { microBatches: 4 } }, 'batch.size', 'cpu');
    const formula = formulaOf((batch) => 10 * batch);
    expect(await limitOf(formula, axis, 110)).toMatchObject({ value: 8, next: { value: 12, bytes: 120 } });
  });

  it('asks for the ledger that a memory limit is about, then for what is requested', async () => {
    const inLedger = { requested: 10, allocated: 16, buffers: 5 } as Record<string, number>;
    const ask = async (...ledgers: ('requested' | 'allocated' | 'buffers')[]) => {
      const formula = formulaOf(() => 0, {
        predicts: comparedIn(ledgers, ['step-peak']),
        predictIn: (ledger, { batch }) => ({
          'step-peak': itemised({ unitemised: (inLedger[ledger] ?? 0) * batch.size }),
        }),
      });
      const { ledger, value } = await limitOf(formula, batches, 160);
      return [ledger, value];
    };
    expect(await ask('buffers', 'requested', 'allocated')).toEqual(['allocated', 10]);
    expect(await ask('buffers', 'requested')).toEqual(['requested', 16]);
    expect(await ask('buffers')).toEqual(['buffers', 32]);
  });

  it('believes a formula that is out of memory under the limit itself, however small its peak', async () => {
    const fragments = formulaOf(() => 0, {
      predict: ({ batch, runtime }) => ({
        'step-peak':
          runtime.memoryLimitMiB !== null && batch.size > 6 * runtime.memoryLimitMiB
            ? unsupported('memory is out')
            : itemised({ unitemised: batch.size * 100_000 }),
      }),
    });
    expect(await limitOf(fragments, batches, 2 ** 20)).toMatchObject({
      ...{ kind: 'value', value: 6, bytes: 600_000 },
      next: { value: 7, bytes: 700_000, outOfMemory: 'memory is out' },
    });
    // TensorFlow takes whole MiB, and a limit of BFC only.
    expect(await limitOf(fragments, batches, 2 ** 20 + 1)).toMatchObject({ value: 10 });
    const malloc = axisOf({ ...TINY, runtime: { allocator: 'malloc' } }, 'batch.size', 'cpu');
    expect(await limitOf(fragments, malloc, 2 ** 20)).toMatchObject({ value: 10 });
    const never = { ...fragments, predict: () => ({ 'step-peak': unsupported('never') }) };
    expect(await limitOf(never, batches, 2 ** 20)).toMatchObject({ kind: 'silent', reason: 'never' });
  });

  it('says at which value the assumptions were asked', async () => {
    const formula = formulaOf((batch) => 10 * batch); // it assumes a batch of one, and SGD
    expect((await limitOf(formula, batches, 15)).violatedAssumptions).toEqual(['sgd']);
    expect((await limitOf(formula, batches, 25)).violatedAssumptions).toEqual(['batch-1', 'sgd']);
  });
});

describe('of the formulas that are there', () => {
  const MEMORY_BYTES = 2 ** 20;

  test.each(LIMIT_KEYS)('%s: the closed form and the shape engine agree with trying every value', async (key) => {
    const axis = axisOf(TINY, key, 'cpu');
    const peakAt = (value: number): number => exactStepPeakBytes(axis.at(value)) ?? 0; // it is silent of a dimension of 1
    let value = 0;
    while (peakAt(value + 1) <= MEMORY_BYTES) value++;
    expect(value).toBeGreaterThan(4);
    for (const estimator of [tfjsClosedForm, shapeEngine]) {
      expect(await limitOf(estimator, axis, MEMORY_BYTES)).toMatchObject({
        ...{ kind: 'value', value, bytes: peakAt(value), exact: true, match: 'matched', ledger: 'requested' },
        next: { value: value + 1, bytes: peakAt(value + 1) },
      });
    }
  });

  test('exact is only one whose assumptions hold', async () => {
    const malloc = axisOf({ ...TINY, runtime: { allocator: 'malloc' } }, 'batch.size', 'cpu');
    expect(await limitOf(allocatorModel, malloc, MEMORY_BYTES)).toMatchObject({ kind: 'silent', exact: false });
    expect(await limitOf(allocatorModel, batches, MEMORY_BYTES)).toMatchObject({ kind: 'value', exact: true });
    expect((await limitOf(rees2023, batches, MEMORY_BYTES)).exact).toBe(false);
  });

  test('they stand by their limit, the silent ones last', async () => {
    const { limits } = await limitsOf(batches, MEMORY_BYTES, ESTIMATORS);
    expect(limits).toHaveLength(ESTIMATORS.length);
    const kinds = limits.map(({ kind }) => kind);
    expect(kinds.slice(kinds.indexOf('silent'))).toEqual(kinds.filter((kind) => kind === 'silent'));
    const values = limits.flatMap(({ kind, value }) => (kind === 'silent' ? [] : [value ?? 0]));
    expect(values).toEqual(values.toSorted((a, b) => a - b));
    for (const { bytes, next } of limits.filter(({ kind }) => kind === 'value')) {
      expect(bytes).toBeLessThanOrEqual(MEMORY_BYTES);
      expect(next?.bytes ?? Number.POSITIVE_INFINITY).toBeGreaterThan(MEMORY_BYTES);
    }
  });
});
