import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PRINTED_UNITS, printedBytes } from '../../../src/records/externalMap/printedBytes.ts';

test.each([
  ['2,064,403,456', 'B', { bytes: 2_064_403_456 }],
  ['21.898', 'GiB', { bytes: 23_512_798_462, resolutionBytes: 536_871 }],
  ['27.5', 'GB', { bytes: 27_500_000_000, resolutionBytes: 50_000_000 }],
  ['8', 'GiB', { bytes: 8_589_934_592, resolutionBytes: 536_870_912 }],
  ['12.0', 'KiB', { bytes: 12_288, resolutionBytes: 52 }],
  ['1.500000', 'kB', { bytes: 1500 }], // a thousandth of a byte is no doubt
] as const)('%s %s', (text, unit, expected) => {
  expect(printedBytes(text, unit)).toEqual(expected);
});

test.each(['', '-1', '1e9', '1,00', '12 GB', 'n/a', '3.5', '99999999999999999'])(
  '"%s" is no number of bytes',
  (text) => {
    expect(printedBytes(text, 'B')).toBeNull();
  },
);

test('the truth is within the resolution of what is printed of it', () => {
  fc.assert(
    fc.property(fc.nat(2 ** 40), fc.constantFrom(...PRINTED_UNITS), fc.nat(4), (bytes, unit, digits) => {
      const unitBytes = printedBytes('1', unit)?.bytes ?? Number.NaN;
      const printed = printedBytes((bytes / unitBytes).toFixed(unit === 'B' ? 0 : digits), unit);
      expect(Math.abs((printed?.bytes ?? Number.NaN) - bytes)).toBeLessThanOrEqual(printed?.resolutionBytes ?? 0);
    }),
  );
});
