/** Forward through the scaled dot product. */
import { within } from '../../chain.ts';
import { cast, elementwise, INT32_BYTES, product, wide } from '../../kernels.ts';
import { type Moment, made } from '../../moments.ts';
import type { Pass } from '../../pass.ts';
import { WIDE } from '../../widths.ts';
import { dropoutForward } from './dropout.ts';
import { keptNumber } from './number.ts';

const NAME = 'attention';

/** Where it will be run again, only what it gives is left. */
export function scaledDotProductForward(pass: Pass, masked: boolean): Moment[] {
  const { model, widths, dropout, selective, S, T, NQ, TK, A, host, scratch } = pass;
  const { product: p, copiesOperands } = widths;
  const mask = (S > 1 ? model.heads / model.keyValueHeads : 1) * S * T; // a single row does for all heads of a group
  const probabilities = copiesOperands ? p : WIDE;
  const inner = { isRecorded: pass.isRecorded && !selective };
  const moments = [
    product(NAME, [NQ, p], [TK, p], A, scratch), // q·kᵀ
    ...keptNumber(inner, NAME, [A, p]), // times the scale
    ...(masked ? [elementwise(NAME, [A, p], [mask, WIDE])] : []), // and the mask
    wide(NAME, [A, p], A), // softmax
    ...(dropout ? dropoutForward(inner, NAME, A, WIDE) : []),
    ...cast(NAME, A, WIDE, probabilities),
    product(NAME, [A, probabilities], [TK, p], NQ, scratch), // what is mixed
    ...(model.keyValueHeads < model.heads ? [made(NAME, 0, host * 4 * INT32_BYTES)] : []), // the shape of a group's heads
  ];
  return selective ? within(moments, NAME, NQ * p) : moments;
}
