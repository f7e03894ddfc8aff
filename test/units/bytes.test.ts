import { expect, test } from 'vitest';
import { bytes, formatBytes } from '../../src/units/bytes.ts';

test('bytes are whole and safe', () => {
  expect(bytes(12)).toBe(12);
  expect(Object.is(bytes(-0), 0)).toBe(true);
  for (const wrong of [1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])
    expect(() => bytes(wrong)).toThrow(RangeError);
});

test('the screen shows the largest unit that keeps the number at 1 or above', () => {
  expect(formatBytes(0)).toBe('0 B');
  expect(formatBytes(1023)).toBe('1023 B');
  expect(formatBytes(1536)).toBe('1.50 KiB');
  expect(formatBytes(-3 * 2 ** 20)).toBe('-3.00 MiB');
  expect(formatBytes(2 ** 40)).toBe('1024.0 GiB');
});

test('a fixed unit is kept', () => {
  expect(formatBytes(512, 'MiB')).toBe('0.00 MiB');
  expect(formatBytes(3 * 2 ** 30, 'MiB')).toBe('3072.0 MiB');
});
