/** The tokens that one call reads of a sequence: where they stand, what they may look at. */
import type { RunConfig } from '../config/schema.ts';
import { component } from './component.ts';
import type { Constants } from './parts.ts';
import type { Tensor2D, Tf } from './tensorflow.ts';

export interface Window {
  /** The position of the first token, from 0. */
  readonly from: number;
  /** Tokens. */
  readonly count: number;
  /** Positions that are attended to, from 0. */
  readonly columns: number;
}

/** What of a whole sequence's constants belongs to a window. Where nothing may not be looked at there is no mask. */
export function constantsWithin(
  tf: Tf,
  { mask, rotation, sinusoids, all }: Constants,
  { from, count, columns }: Window,
  { heads, keyValueHeads }: RunConfig['model'],
): Constants {
  const rows = (table: Tensor2D): Tensor2D => tf.slice(table, [from, 0], [count, table.shape[1]]); // [n, …]
  /** [r·n, T]: `mask` once for each query head of a group; a single row does for all of them. */
  const maskOf = (table: Tensor2D): Tensor2D | null => {
    if (count === 1 && columns === from + 1) return null;
    const own: Tensor2D = tf.slice(table, [from, 0], [count, columns]); // [n, T]
    return count === 1 ? own : tf.tile(own, [heads / keyValueHeads, 1]);
  };
  return component('inputs', () => ({
    mask: mask === null ? null : maskOf(mask),
    rotation: rotation === null ? null : { cosines: rows(rotation.cosines), sines: rows(rotation.sines) },
    sinusoids: sinusoids === null ? null : rows(sinusoids),
    all,
  }));
}
