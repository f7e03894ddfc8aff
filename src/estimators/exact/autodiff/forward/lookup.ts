/** Forward through the lookup of tokens and positions. */
import { elementwise, INT32_BYTES } from '../../kernels.ts';
import { type Moment, made } from '../../moments.ts';
import type { Pass } from '../../pass.ts';
import { WIDE } from '../../widths.ts';
import { keptNumber } from './number.ts';

const NAME = 'embedding';

export function lookupForward(pass: Pass): Moment[] {
  const { model, widths, S, NH, host } = pass;
  const w = widths.variable;
  const gathered = made(NAME, NH * w, host * INT32_BYTES); // token rows
  const table = S * model.hiddenSize;
  if (model.positions === 'learned')
    return [
      made(NAME, host * S * INT32_BYTES, host * 3 * INT32_BYTES), // position ids
      gathered,
      made(NAME, table * w, host * INT32_BYTES), // position rows
      made(NAME, NH * w), // their sum
    ];
  if (model.positions === 'sinusoidal')
    return [gathered, ...keptNumber(pass, NAME, [NH, w]), elementwise(NAME, [NH, w], [table, WIDE])]; // times √H, and the table
  return [gathered];
}
