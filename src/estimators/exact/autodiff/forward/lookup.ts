/** Forward through the lookup of tokens and positions. */
import { INT32_BYTES } from '../../kernels.ts';
import { type Moment, made } from '../../moments.ts';
import type { Pass } from '../../pass.ts';
import { WIDE } from '../../widths.ts';
import { keptNumber } from './number.ts';

const NAME = 'embedding';

export function lookupForward(pass: Pass): Moment[] {
  const { model, S, NH, host } = pass;
  const all = made(NAME, NH * WIDE);
  const gathered = made(NAME, NH * WIDE, host * INT32_BYTES); // token rows
  if (model.positions === 'learned')
    return [
      made(NAME, host * S * INT32_BYTES, host * 3 * INT32_BYTES), // position ids
      gathered,
      made(NAME, S * model.hiddenSize * WIDE, host * INT32_BYTES), // position rows
      all, // their sum
    ];
  if (model.positions === 'sinusoidal') return [gathered, ...keptNumber(pass, NAME, [NH, WIDE]), all]; // times √H, and the table
  return [gathered];
}
