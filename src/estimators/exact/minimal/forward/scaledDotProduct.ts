/** Forward through a scaled dot product that brings its own gradient: what it makes, until only what it keeps and what it gives is left. */
import { within } from '../../chain.ts';
import { cast, elementwise, INT32_BYTES, product, wide, withNumber } from '../../kernels.ts';
import { type Moment, made } from '../../moments.ts';
import type { Pass } from '../../pass.ts';
import { WIDE } from '../../widths.ts';
import { drawn, masked } from '../dropout.ts';
import { scaledDotProductTape } from '../tape.ts';

const NAME = 'attention';

/** `isMasked`: a mask is added to the scores. q, k and v are there. */
export function scaledDotProductForward(pass: Pass, isMasked: boolean): Moment[] {
  const { model, widths, dropout, S, NQ, NK, A, host, scratch } = pass;
  const { product: p, probabilities } = widths;
  const rows = (model.heads / model.keyValueHeads) * S * S;
  const moments = [
    product(NAME, [NQ, p], [NK, p], A, scratch), // q·kᵀ
    withNumber(NAME, [A, p]), // times the scale
    ...(isMasked ? [elementwise(NAME, [A, p], [rows, WIDE])] : []), // and the mask
    wide(NAME, [A, p], A), // softmax
    ...cast(NAME, A, WIDE, probabilities),
    ...(dropout ? [...drawn(NAME, A), ...masked(NAME, A, probabilities)] : []),
    ...cast(NAME, A, probabilities, p),
    product(NAME, [A, p], [NK, p], NQ, scratch), // what is mixed
    ...(model.keyValueHeads < model.heads ? [made(NAME, 0, host * 4 * INT32_BYTES)] : []), // the shape of a group's heads
  ];
  const isKept = pass.isRecorded && !pass.selective;
  const kept = isKept ? scaledDotProductTape(pass) - (NQ + 2 * NK) * p : 0;
  return within(moments, NAME, kept + NQ * p);
}
