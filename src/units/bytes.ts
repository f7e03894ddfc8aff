/** Memory is an integer number of bytes from the allocator to the CSV; MiB and GiB exist only on a screen or a page. */

declare const brand: unique symbol;
/** A safe, whole number of bytes. Negative only as a difference. */
export type Bytes = number & { readonly [brand]: 'Bytes' };

/** Checks that `count` is a whole, safe number and brands it. Throws a `RangeError` otherwise. */
export function bytes(count: number): Bytes {
  if (!Number.isSafeInteger(count)) throw new RangeError(`not a whole number of bytes: ${count}`);
  return (count === 0 ? 0 : count) as Bytes; // −0 would print as "-0"
}

export const FLOAT32_BYTES = 4;
export const MEBIBYTE_BYTES = 2 ** 20;

const UNITS = { B: 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 } as const;
export type ByteUnit = keyof typeof UNITS;

export const BYTE_UNITS = Object.keys(UNITS) as ByteUnit[];

/** `1536` → `1.5 KiB`. With `unit` the unit is fixed, otherwise the largest that keeps the number at 1 or above. */
export function formatBytes(count: number, unit?: ByteUnit): string {
  const chosen = unit ?? BYTE_UNITS.findLast((name) => Math.abs(count) >= UNITS[name]) ?? 'B';
  const scaled = count / UNITS[chosen];
  return `${chosen === 'B' ? scaled : scaled.toFixed(scaled >= 100 ? 1 : 2)} ${chosen}`;
}

/** `1.5 KiB` → `1536`; without a unit, bytes. Null for anything else, and for what is no whole number of bytes. */
export function parseBytes(text: string): Bytes | null {
  const [, number = '', unit = 'B'] = /^(\d+(?:\.\d+)?) *([A-Za-z]+)?$/.exec(text.trim()) ?? [];
  const count = number === '' || !(unit in UNITS) ? Number.NaN : Number(number) * UNITS[unit as ByteUnit];
  return Number.isSafeInteger(count) ? bytes(count) : null;
}
