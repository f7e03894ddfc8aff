/** Numbers as the page shows them; the same in tables and in pictures. */
import { formatBytes } from '../../units/bytes.ts';

/** Bytes in whole units where there is one: for the ends of an axis. */
export function axisBytes(count: number): string {
  return formatBytes(count).replace(/\.00? |\.0 /, ' ');
}

/** `1,536`: every digit, for who wants to compare. */
export const exactBytes = (count: number): string =>
  `${count < 0 ? '−' : ''}${String(Math.abs(count)).replace(/\B(?=(\d{3})+$)/g, ',')}`;

/** `1.50 KiB`, of either sign. */
export const signedBytes = (count: number): string =>
  `${count < 0 ? '−' : count > 0 ? '+' : ''}${formatBytes(Math.abs(count))}`;

/** `+3.2 %`, `−38 %`, `exact`; `–` where no ratio exists. An error that rounds to nothing is still shown as one. */
export function signedPercent(ratio: number | null): string {
  if (ratio === null) return '–';
  if (ratio === 0) return 'exact';
  return `${ratio < 0 ? '−' : '+'}${percent(ratio)}`;
}

/** Never at the beginning of a line. */
const UNIT = '\u00a0%';

/** Without its sign. */
export function percent(ratio: number): string {
  const size = Math.abs(ratio) * 100;
  if (size === 0) return `0${UNIT}`;
  if (size < 0.01) return `<0.01${UNIT}`;
  if (size >= 1e6) return `>1e6${UNIT}`;
  return `${size.toFixed(size < 10 ? 2 : size < 100 ? 1 : 0)}${UNIT}`;
}

/** Powers of two around `smallest` … `largest`, at most about eight: ticks of a logarithmic axis of bytes. */
export function byteTicks(smallest: number, largest: number): number[] {
  const [from, to] = [Math.floor(Math.log2(smallest)), Math.ceil(Math.log2(largest))];
  const step = Math.max(1, Math.ceil((to - from) / 8));
  return Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, index) => 2 ** (from + index * step));
}
