import { describe, expect, it } from 'vitest';
import { findBoundary, isFound } from '../../src/campaign/boundary.ts';
import type { MeasureOne } from '../../src/campaign/measureStage.ts';
import { resolveConfig } from '../../src/config/resolve.ts';
import type { MeasurementRecord } from '../../src/records/measurement.ts';

const config = resolveConfig({
  model: { layers: 2, hiddenSize: 64, heads: 4, vocabularySize: 200 },
  batch: { size: 8, sequenceLength: 32 },
});

/** A device on which it fits from `smallestMiB` on, and which answers so many times. */
function device(smallestMiB: number, answers = Number.POSITIVE_INFINITY) {
  const probed: number[] = [];
  const measure: MeasureOne = async ({ runtime }) => {
    if (probed.length >= answers) return null;
    probed.push(runtime.memoryLimitMiB ?? 0);
    const outcome = (runtime.memoryLimitMiB ?? 0) >= smallestMiB ? 'measured' : 'out-of-memory';
    return { outcome } as MeasurementRecord;
  };
  return { measure, probed };
}

describe('findBoundary', () => {
  it.each([2, 3, 14, 19, 20, 21, 22, 40, 1000, 70_001])(
    'finds %i MiB, with a run at it and none below',
    async (smallest) => {
      const { measure, probed } = device(smallest);
      const found = await findBoundary(config, measure);
      expect(found).toEqual({ fitsMiB: smallest, exhaustedMiB: smallest - 1, failure: null });
      expect(isFound(found)).toBe(true);
      expect(new Set(probed).size).toBe(probed.length); // nothing is asked twice
      expect(probed.length).toBeLessThanOrEqual(2 * Math.log2(smallest + 32) + 2);
    },
  );

  it('needs few probes near where the closed form expects it', async () => {
    const { measure, probed } = device(22); // the peak is 21 MiB
    await findBoundary(config, measure);
    expect(probed.length).toBeLessThanOrEqual(3);
  });

  it('says how far it came when the time is over, and goes nowhere where it fits in 1 MiB', async () => {
    const found = await findBoundary(config, device(40, 2).measure);
    expect(found.fitsMiB).toBeNull();
    expect(isFound(found)).toBe(false);
    expect(await findBoundary(config, device(1).measure)).toEqual({ fitsMiB: 1, exhaustedMiB: 0, failure: null });
  });

  it('does not take a failure for an answer', async () => {
    const measure: MeasureOne = async () =>
      ({ outcome: 'failed', error: { code: 'E_CHILD_DIED', message: 'it died', remedy: '' } }) as MeasurementRecord;
    const { failure } = await findBoundary(config, measure);
    expect(failure).toMatch(/neither ran nor ran out of memory: it died/);
  });
});
