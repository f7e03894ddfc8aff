import fc from 'fast-check';
import { sampleRankCorrelation } from 'simple-statistics';
import { expect, test } from 'vitest';
import { rankCorrelation } from '../../src/accuracy/rankCorrelation.ts';

test('the same order is 1 and the opposite one −1, exactly, however far apart the values are', () => {
  expect(rankCorrelation([1, 2, 3, 1e15], [0, 5, 6, 7])).toBe(1);
  expect(rankCorrelation([4, 3, 2, 1], [0, 5, 6, 7])).toBe(-1);
});

test('by hand: ranks 1 2 3 4 5 against 2 1 4 3 5 are 1 − 6 · 4 ÷ (5 · 24)', () => {
  expect(rankCorrelation([10, 20, 30, 40, 50], [200, 100, 400, 300, 500])).toBe(0.8);
});

test('ties share the mean of their ranks: 1.5 1.5 3 against 1 2 3', () => {
  expect(rankCorrelation([7, 7, 9], [1, 2, 3])).toBeCloseTo(Math.sqrt(3) / 2, 15); // 1.5 ÷ √(1.5 · 2)
});

test('a constant side has no order', () => {
  expect(rankCorrelation([5, 5, 5], [1, 2, 3])).toBeNull();
  expect(rankCorrelation([1, 2, 3], [5, 5, 5])).toBeNull();
});

test('what simple-statistics says, up to its rounding, and in any order of the pairs the same bits', () => {
  const pairs = fc.array(fc.tuple(fc.nat(9), fc.integer({ min: -4, max: 4 })), { minLength: 3, maxLength: 40 });
  const shuffled = pairs.chain((list) =>
    fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
  );
  const correlate = (list: [number, number][], by: typeof sampleRankCorrelation | typeof rankCorrelation) =>
    by(
      list.map(([x]) => x),
      list.map(([, y]) => y),
    );
  fc.assert(
    fc.property(shuffled, ([list, others]) => {
      const correlation = correlate(list, rankCorrelation);
      const expected = correlate(list, sampleRankCorrelation);
      if (correlation === null) expect(expected).toBeNaN();
      else expect(correlation).toBeCloseTo(expected ?? Number.NaN, 12);
      expect(correlate(others, rankCorrelation)).toBe(correlation);
    }),
  );
});
