import { expect, test } from 'vitest';
import { type Sample, statisticsOf } from '../../src/accuracy/statistics.ts';

/** Pairs of predicted and measured bytes, the third number is the noise. */
const sampleOf = (pairs: readonly (readonly [number, number, number?])[]): Sample => ({
  configIds: pairs.map((_, index) => `config-${index}`),
  predictedBytes: pairs.map(([predicted]) => predicted),
  measuredBytes: pairs.map(([, measured]) => measured),
  noiseBytes: pairs.map(([, , noise]) => noise ?? null),
  resolutionBytes: pairs.map(() => 0),
});

test('the 90th percentile of eleven is the tenth, of ten a tenth of the way from the ninth to the tenth', () => {
  const errors = [0, -1, 2, -3, 4, -5, 6, -7, 8, -20];
  const pairs = errors.map((error) => [100 + error, 100] as const);
  expect(statisticsOf(sampleOf(pairs)).p90AbsoluteErrorRatio).toBeCloseTo(0.08 + 0.1 * (0.2 - 0.08), 15);
  expect(statisticsOf(sampleOf([...pairs, [200, 100]])).p90AbsoluteErrorRatio).toBe(0.2);
  expect(statisticsOf(sampleOf([[8, 0]])).p90AbsoluteErrorRatio).toBeNull();
});

test('what a rounded number cannot tell is not too small, and an error by a negative number keeps its sign', () => {
  const sample = { ...sampleOf([[50, 100]]), resolutionBytes: [50] };
  expect(statisticsOf(sample)).toMatchObject({ underCount: 0, underShare: 0, exactCount: 0, medianErrorRatio: -0.5 });
  expect(statisticsOf({ ...sample, resolutionBytes: [49] }).underCount).toBe(1);
  expect(statisticsOf(sampleOf([[50, -100]])).medianErrorRatio).toBe(1.5);
});

test('the share of predictions that are too small', () => {
  const { underCount, underShare } = statisticsOf(
    sampleOf([
      [90, 100],
      [100, 100],
      [101, 100],
      [8, 0],
    ]),
  );
  expect([underCount, underShare]).toEqual([1, 0.25]);
});

test('noise is the largest share of what was measured; a negative reading is a size too', () => {
  expect(
    statisticsOf(
      sampleOf([
        [100, 100, 5],
        [100, 1000, 20],
        [5, 5],
      ]),
    ).noiseRatio,
  ).toBe(0.05);
  expect(statisticsOf(sampleOf([[100, 100, 0]])).noiseRatio).toBe(0);
  expect(statisticsOf(sampleOf([[100, 100]])).noiseRatio).toBeNull();
  expect(statisticsOf(sampleOf([[-10, -40, 20]])).noiseRatio).toBe(0.5);
});

test('noise where 0 was measured has no ratio, unless it is 0 itself', () => {
  expect(statisticsOf(sampleOf([[0, 0, 4]])).noiseRatio).toBeNull();
  expect(statisticsOf(sampleOf([[0, 0, 0]])).noiseRatio).toBe(0);
});

test('the order of configurations: from three on, whatever the numbers', () => {
  const pairs = [
    [10, 1000],
    [20, 2000],
    [30, 5000],
  ] as const;
  expect(statisticsOf(sampleOf(pairs)).rankCorrelation).toBe(1);
  expect(statisticsOf(sampleOf(pairs.slice(1))).rankCorrelation).toBeNull();
  const twice = { ...sampleOf(pairs), configIds: ['a', 'b', 'a'] }; // measured in two environments
  expect(statisticsOf(twice).rankCorrelation).toBeNull();
});
