/** Forward through a scaled dot product that brings its own gradient: what it makes, until only what it keeps and what it gives is left. */
import { within } from '../chain.ts';
import { cast, elementwise, product, wide, withNumber } from '../kernels.ts';
import { type Moment, made } from '../moments.ts';
import type { Pass } from '../pass.ts';
import { BOOL, WIDE } from '../widths.ts';
import { masked } from './dropout.ts';

const NAME = 'attention';

/** `isMasked`: a mask is added to the scores. `kept`: bytes that stay on the tape. */
export function scaledDotProductForward(pass: Pass, isMasked: boolean, kept: number): Moment[] {
  const { model, widths, dropout, S, NQ, NK, A, scratch } = pass;
  const { product: p, probabilities } = widths;
  const rows = (model.heads / model.keyValueHeads) * S * S;
  const operand = dropout ? Math.min(probabilities, WIDE) : probabilities;
  const moments = [
    product(NAME, [NQ, p], [NK, p], A, scratch), // q·kᵀ
    withNumber(NAME, [A, p]), // times the scale
    ...(isMasked ? [elementwise(NAME, [A, p], [rows, WIDE])] : []), // and the mask
    wide(NAME, [A, p], A), // softmax
    ...cast(NAME, A, WIDE, probabilities),
    ...(dropout ? [...drawn(A), ...masked(NAME, A, probabilities)] : []),
    ...cast(NAME, A, operand, p),
    product(NAME, [A, p], [NK, p], NQ, scratch), // what is mixed
  ];
  return within(moments, NAME, kept + NQ * p);
}

/** Which of `elements` stay. */
const drawn = (elements: number): Moment[] =>
  within(
    [
      made(NAME, elements * WIDE), // random numbers
      made(NAME, elements * WIDE, WIDE), // and the share that stays
      made(NAME, elements * WIDE), // rounded down
      made(NAME, elements * BOOL), // as bool
    ],
    NAME,
    elements * BOOL,
  );
