/** Forward through tfjs's softmaxCrossEntropy. */
import type { RunConfig } from '../../../../config/schema.ts';
import { cast, INT32_BYTES, reduced } from '../../kernels.ts';
import { freed, type Moment, made } from '../../moments.ts';
import type { Pass } from '../../pass.ts';
import { WIDE } from '../../widths.ts';

const NAME = 'loss';

export function lossForward({ widths, N, NV, host }: Pass, { step }: RunConfig): Moment[] {
  const [all, row] = [made(NAME, NV * WIDE), made(NAME, N * WIDE)];
  const sum = reduced(NAME, [NV, WIDE], N, host);
  const oneHot = [made(NAME, NV * WIDE, host * 3 * INT32_BYTES), all]; // int32, and as float32
  return [
    ...(step.teacher === 'none' ? oneHot : []),
    ...cast(NAME, NV, widths.product, WIDE), // the logits
    sum, // their maxima
    all, // less these
    all, // the exponentials
    sum, // their sums
    row, // the logarithms
    row, // plus the maxima,
    made(NAME, 0, host * 2 * INT32_BYTES), // with another shape
    freed(NAME, 2 * NV * WIDE + 3 * N * WIDE),
    all, // log-probabilities
    all, // times the labels
    all, // negated
    sum, // losses of the tokens
    freed(NAME, 2 * NV * WIDE + N * WIDE),
    made(NAME, WIDE, host * INT32_BYTES), // their sum
    made(NAME, WIDE), // their number
    made(NAME, WIDE), // the loss
  ];
}
