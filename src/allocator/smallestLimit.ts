/** How little memory a run gets by with. */

import { MEBIBYTE_BYTES } from '../units/bytes.ts';
import type { BfcOptions } from './bfc.ts';
import { replay } from './replay.ts';
import type { RequestEvent } from './requestEvent.ts';

/**
 * The smallest limit, in whole MiB as TensorFlow takes it, under which every request is met. Found by halving: where a limit suffices, a
 * larger one is taken to suffice, too.
 */
export function smallestLimitMiB(
  events: readonly RequestEvent[],
  options: Omit<BfcOptions, 'limitBytes'> = {},
): number {
  const suffices = (limitMiB: number): boolean =>
    replay(events, { ...options, limitBytes: limitMiB * MEBIBYTE_BYTES }).outOfMemory === null;
  let enough = 1;
  while (!suffices(enough)) enough *= 2;
  let tooLittle = Math.floor(enough / 2);
  while (enough - tooLittle > 1) {
    const middle = Math.floor((enough + tooLittle) / 2);
    if (suffices(middle)) enough = middle;
    else tooLittle = middle;
  }
  return enough;
}
