import { describe, expect, it } from 'vitest';
import { judgedByRunning, limitsOf } from '../../src/limit/answer.ts';
import { axisOf } from '../../src/limit/axis.ts';
import type { Measure } from '../../src/limit/fitsWithin.ts';
import { findTruth, stepPeakBytes } from '../../src/limit/truth.ts';
import type { MeasurementRecord } from '../../src/records/measurement.ts';
import { exampleReading, measuredRecord } from '../records/exampleRecord.ts';
import { formulaOf } from './formula.ts';

const MIB = 2 ** 20;
const axis = axisOf({}, 'batch.size', 'cpu');

/** A device on which a batch takes so many bytes, and which runs batches up to one. */
function device(largest: number, bytesPerSequence = MIB) {
  const probed: number[] = [];
  const measure: Measure = async ({ batch, runtime }) => {
    expect(runtime.memoryLimitMiB).toBe(10);
    probed.push(batch.size);
    if (batch.size > largest) return { outcome: 'out-of-memory' } as MeasurementRecord;
    return measuredRecord([exampleReading(batch.size * bytesPerSequence, { ledger: 'allocated' })]);
  };
  return { measure, probed };
}

describe('findTruth', () => {
  it.each([1, 5, 9, 40])('finds that %i runs and the next does not', async (largest) => {
    const { measure, probed } = device(largest);
    const truth = await findTruth(axis, 10, 9, measure);
    expect(truth).toEqual({ memoryLimitMiB: 10, value: largest, next: largest + 1, failure: null });
    expect(new Set(probed).size).toBe(probed.length);
    expect(probed[0]).toBe(9);
  });

  it('knows the case in which nothing runs', async () => {
    const truth = await findTruth(axis, 10, 3, device(0).measure);
    expect(truth).toEqual({ memoryLimitMiB: 10, value: null, next: 1, failure: null });
  });

  it('takes whole micro-batches', async () => {
    const micro = axisOf({ step: { microBatches: 4 } }, 'batch.size', 'cpu');
    expect(await findTruth(micro, 10, 4, device(10).measure)).toMatchObject({ value: 8, next: 12 });
  });

  it('does not take a failure for an answer', async () => {
    const measure: Measure = async () =>
      ({ outcome: 'failed', error: { code: 'E_CHILD_DIED', message: 'it died', remedy: '' } }) as MeasurementRecord;
    expect((await findTruth(axis, 10, 3, measure)).failure).toMatch(/neither ran nor ran out of memory: it died/);
  });
});

describe('stepPeakBytes', () => {
  it('is the highest of what the allocator held', () => {
    const record = measuredRecord([
      exampleReading(900, { ledger: 'tensors' }),
      exampleReading(100, { ledger: 'requested' }),
      exampleReading(110, { ledger: 'allocated' }),
      exampleReading(120, { ledger: 'allocated', repeat: 2, step: 4 }),
      exampleReading(500, { ledger: 'allocated', quantity: 'steady' }),
    ]);
    expect(stepPeakBytes(record)).toBe(120);
    expect(stepPeakBytes({ ...record, outcome: 'skipped', reason: '' } as never)).toBeNull();
  });
});

describe('what follows from believing a formula', () => {
  const formulas = [
    formulaOf((batch) => 3 * MIB * batch, { id: 'wary' }),
    formulaOf((batch) => MIB * batch + 1, { id: 'right' }),
    formulaOf((batch) => MIB * batch, { id: 'bold' }),
    formulaOf(() => MIB, { id: 'blind' }),
    formulaOf(() => 11 * MIB, { id: 'refuses' }),
    formulaOf(() => null, { id: 'mute' }),
  ];
  const judged = async (largest: number) => {
    const { measure, probed } = device(largest);
    const answer = await judgedByRunning(await limitsOf(axis, 10 * MIB, formulas), axis, measure, () => {});
    return { ...answer, probed, of: (id: string) => answer.limits.find(({ estimator }) => estimator === id) };
  };

  it('tells failed calls from memory left unused', async () => {
    const { of, tally, truth, probed } = await judged(9);
    expect(truth).toMatchObject({ value: 9, next: 10 });
    expect(of('right')?.consequence).toEqual({
      ...{ verdict: 'right', refusedValues: 0 },
      ...{ peakBytes: 9 * MIB, unusedBytes: MIB, unusedShare: 0.1 },
    });
    expect(of('wary')?.consequence).toEqual({
      ...{ verdict: 'too-low', refusedValues: 6 },
      ...{ peakBytes: 3 * MIB, unusedBytes: 7 * MIB, unusedShare: 0.7 },
    });
    expect(of('refuses')?.consequence).toEqual({
      ...{ verdict: 'too-low', refusedValues: 9 },
      ...{ peakBytes: null, unusedBytes: 10 * MIB, unusedShare: 1 },
    });
    const failed = { verdict: 'too-high', refusedValues: 0, peakBytes: null, unusedBytes: null, unusedShare: null };
    expect([of('bold')?.consequence, of('blind')?.consequence]).toEqual([failed, failed]);
    expect(of('mute')?.consequence).toBeNull();
    expect(tally).toEqual({ right: 1, failedCalls: 2, tooLow: 2, medianUnusedShare: 0.85 });
    expect(probed).not.toContain(axis.largest); // what is larger than the truth fails without being run
  });

  it('is right to refuse all where nothing runs', async () => {
    const { of, tally } = await judged(0);
    expect(of('refuses')?.consequence).toMatchObject({ verdict: 'right', unusedBytes: 10 * MIB });
    expect(tally).toEqual({ right: 1, failedCalls: 4, tooLow: 0, medianUnusedShare: null });
  });

  it('blames nobody for the values of which he is silent', async () => {
    const from4 = formulaOf((batch) => (batch < 4 ? null : 11 * MIB));
    const refusals = async (largest: number) => {
      const answer = await limitsOf(axis, 10 * MIB, [from4]);
      const { limits } = await judgedByRunning(answer, axis, device(largest).measure, () => {});
      return limits[0]?.consequence?.refusedValues;
    };
    expect(await refusals(3)).toBeUndefined();
    expect(await refusals(4)).toBe(1);
    expect(await refusals(6)).toBe(3);
  });

  it('believes a run more than the search: what a formula tells may fail below the edge that was found', async () => {
    const { measure } = device(9);
    const withHole: Measure = async (config) =>
      config.batch.size === 3 ? ({ outcome: 'out-of-memory' } as MeasurementRecord) : measure(config);
    const answer = await limitsOf(axis, 10 * MIB, formulas);
    const { limits, truth } = await judgedByRunning(answer, axis, withHole, () => {});
    expect(truth?.value).toBe(9);
    expect(limits.find(({ estimator }) => estimator === 'wary')?.consequence?.verdict).toBe('too-high');
  });

  it('says nothing of anyone where the truth was not found', async () => {
    const answer = await limitsOf(axis, 10 * MIB, formulas);
    const judgedAnswer = await judgedByRunning(
      answer,
      axis,
      async () => ({ outcome: 'skipped', reason: 'no' }) as MeasurementRecord,
      () => {},
    );
    expect(judgedAnswer.truth?.failure).toMatch(/no$/);
    expect(judgedAnswer.limits.map(({ consequence }) => consequence)).toEqual(Array(6).fill(null));
  });
});
