import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  distanceFromWhole,
  isWhole,
  nearestWhole,
  rational,
  rationalText,
} from '../../../src/accuracy/recovery/rational.ts';

test('lowest terms, the sign above', () => {
  expect(rational(-21n, -10n)).toEqual({ numerator: 21n, denominator: 10n });
  expect(rational(6n, -4n)).toEqual({ numerator: -3n, denominator: 2n });
  expect(rational(0n, -7n)).toEqual({ numerator: 0n, denominator: 1n });
  expect(() => rational(1n, 0n)).toThrow('over 0');
});

test.each([
  [104n, 1n, '104'],
  [21n, 10n, '2.1'],
  [-63n, 20n, '-3.15'],
  [1n, 16n, '0.0625'],
  [-1n, 100n, '-0.01'],
  [7n, 3n, '7/3'],
  [-7n, 3n, '-7/3'],
  [1n, 1024n, '1/1024'], // ten places are no decimal that people read
])('%s/%s is written %s', (numerator, denominator, text) => {
  expect(rationalText(rational(numerator, denominator))).toBe(text);
});

test.each([
  [7n, 2n, 4n, 0.5],
  [-7n, 2n, -3n, 0.5],
  [-9n, 4n, -2n, 0.25],
  [-11n, 4n, -3n, 0.25],
  [12n, 5n, 2n, 0.4],
  [5n, 1n, 5n, 0],
])('%s/%s is nearest to %s', (numerator, denominator, nearest, distance) => {
  expect(nearestWhole(rational(numerator, denominator))).toBe(nearest);
  expect(distanceFromWhole(rational(numerator, denominator))).toBe(distance);
});

test('the nearest whole number is at most a half away, and 0 away from a whole one only', () => {
  const any = fc.tuple(fc.bigInt({ min: -9999n, max: 9999n }), fc.bigInt({ min: 1n, max: 999n }));
  fc.assert(
    fc.property(any, ([numerator, denominator]) => {
      const value = rational(numerator, denominator);
      const twice = 2n * (value.numerator - nearestWhole(value) * value.denominator);
      expect(twice <= value.denominator && -twice <= value.denominator).toBe(true);
      expect(distanceFromWhole(value) === 0).toBe(isWhole(value));
    }),
  );
});
