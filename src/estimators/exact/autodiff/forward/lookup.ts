/** Forward through the lookup of tokens and positions. */
import { INT32_BYTES } from '../../kernels.ts';
import { type Moment, made } from '../../moments.ts';
import type { Pass } from '../../pass.ts';
import { WIDE } from '../../widths.ts';

const NAME = 'embedding';

export function lookupForward({ model, S, NH, host }: Pass): Moment[] {
  const all = made(NAME, NH * WIDE);
  const gathered = made(NAME, NH * WIDE, host * INT32_BYTES); // token rows
  if (model.positions === 'learned')
    return [
      made(NAME, host * S * INT32_BYTES, host * 3 * INT32_BYTES), // position ids
      gathered,
      made(NAME, S * model.hiddenSize * WIDE, host * INT32_BYTES), // position rows
      all, // their sum
    ];
  if (model.positions === 'sinusoidal') return [gathered, made(NAME, WIDE), all, all]; // √H, times that, and the table
  return [gathered];
}
