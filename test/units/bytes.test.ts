import { expect, test } from 'vitest';
import { bytes, formatBytes, parseBytes } from '../../src/units/bytes.ts';

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

test('sizes are read as they are shown', () => {
  expect(parseBytes('24GiB')).toBe(24 * 2 ** 30);
  expect(parseBytes('1.5 KiB')).toBe(1536);
  expect(parseBytes('512')).toBe(512);
  for (const wrong of ['', 'MiB', '1GB', '1 Gib', '-1MiB', '0.3B', '1e3', '9007199254740993', '1.2.3MiB', 'toString'])
    expect(parseBytes(wrong)).toBeNull();
  for (const count of [1, 1023, 1536, 3 * 2 ** 20]) expect(parseBytes(formatBytes(count))).toBe(count);
});
