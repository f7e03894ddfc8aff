/** A number as somebody printed it, in bytes, and how far from it the truth may be. */

const UNIT_BYTES = {
  B: 1,
  kB: 1e3,
  MB: 1e6,
  GB: 1e9,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
} as const;
export type PrintedUnit = keyof typeof UNIT_BYTES;
export const PRINTED_UNITS = Object.keys(UNIT_BYTES) as [PrintedUnit, ...PrintedUnit[]];

export interface PrintedBytes {
  readonly bytes: number;
  /** Half of the last digit, a whole number of bytes that is not less; left out where every byte is known. */
  readonly resolutionBytes?: number;
}

/** What is understood, in words: an exponent does not say how many of its digits are known. */
export const PRINTED_FORMS =
  'digits as 2064403456 or 2,064,403,456, with decimals as 21.898 (of B only zeros), without exponent, sign or unit';

/** Digits, with commas between thousands or without, and decimals. */
const PRINTED = /^(\d+|\d{1,3}(?:,\d{3})+)(?:\.(\d+))?$/;

/** `21.898` in `GiB` → 23 512 798 265 ± 536 871 bytes; null if `text` is no such number, or more bytes than can be counted exactly. */
export function printedBytes(text: string, unit: PrintedUnit): PrintedBytes | null {
  const [, whole, decimals = ''] = PRINTED.exec(text.trim()) ?? [];
  if (whole === undefined) return null;
  const unitBytes = UNIT_BYTES[unit];
  if (unit === 'B' && Number(decimals) !== 0) return null; // there are no parts of a byte
  const bytes = Math.round(Number(`${whole.replaceAll(',', '')}.${decimals}`) * unitBytes);
  if (!Number.isSafeInteger(bytes)) return null;
  const halfDigit = unitBytes / 10 ** decimals.length / 2;
  return halfDigit <= 0.5 ? { bytes } : { bytes, resolutionBytes: Math.ceil(halfDigit) };
}
