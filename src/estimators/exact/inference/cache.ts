/** A cache of keys and values (src/model/keyValueCache.ts): a block's entry is a new one after every step. */
import type { RunConfig } from '../../../config/schema.ts';
import { INT32_BYTES } from '../kernels.ts';
import { made } from '../moments.ts';
import type { Pass } from '../pass.ts';
import { WIDE } from '../widths.ts';

const NAME = 'attention';

type Policy = Exclude<RunConfig['step']['keyValueCache'], 'none'>;

/** Of one block, for tokens that are there: keys and values of `elements` each. */
export const entry = ({ widths }: Pass, elements: number): number => 2 * elements * widths.product;

/** The entry of a block that has none yet. */
export function firstEntry(pass: Pass, policy: Policy): Pass {
  const { widths, S, T, TK, host, scratch } = pass;
  const paddings = host * 2 * 4 * INT32_BYTES + WIDE; // of four dimensions, and the value
  const padded = made(NAME, TK * widths.product, paddings, NAME, scratch * PADDING_NOTES * INT32_BYTES);
  const extend = policy === 'concat' || S === T ? [] : [padded, padded];
  return { ...pass, cache: { extend, left: entry(pass, TK) } };
}

/** A CPU's kernel notes two int32 for each dimension that is left when neighbours without padding are one (src/shapes/scratch.ts). */
const PADDING_NOTES = 6;

/** The entry that takes the place of one, which is there until the block is done. */
export function nextEntry(pass: Pass, policy: Policy): Pass {
  const { widths, TK, host } = pass;
  const joined = made(NAME, TK * widths.product, host * INT32_BYTES); // along an axis
  const scattered = made(NAME, TK * widths.product, host * 2 * INT32_BYTES); // rows
  return {
    ...pass,
    cache: { extend: policy === 'concat' ? [joined, joined] : [scattered, scattered], left: entry(pass, TK) },
  };
}

/** Where the new rows go: for all blocks, from the first on, until the stack is done. */
export const placesBytes = ({ model, N, host }: Pass): number => host * N * model.keyValueHeads * 3 * INT32_BYTES;
