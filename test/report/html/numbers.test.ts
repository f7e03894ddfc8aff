import { expect, test } from 'vitest';
import { byteTicks, exactBytes, percent, signedPercent } from '../../../src/report/html/numbers.ts';
import { sampled } from '../../../src/report/html/sampled.ts';

test('an error that rounds to nothing is still shown as one', () => {
  expect([0, 0.00001, -0.123, 4, null].map(signedPercent)).toEqual([
    'exact',
    '+<0.01\u00a0%',
    '−12.3\u00a0%',
    '+400\u00a0%',
    '–',
  ]);
  expect(percent(0)).toBe('0\u00a0%');
});

test('every digit of a number of bytes is shown', () => {
  expect([0, 999, 1000, -1234567].map(exactBytes)).toEqual(['0', '999', '1,000', '−1,234,567']);
});

test('ticks are powers of two, and few', () => {
  expect(byteTicks(1000, 5000)).toEqual([512, 1024, 2048, 4096, 8192]);
  expect(byteTicks(1, 2 ** 50).length).toBeLessThanOrEqual(9);
});

test('a sample keeps both ends', () => {
  const items = Array.from({ length: 1000 }, (_, index) => index);
  expect(sampled(items, 3)).toEqual([0, 500, 999]);
  expect(sampled(items, 1000)).toBe(items);
});
