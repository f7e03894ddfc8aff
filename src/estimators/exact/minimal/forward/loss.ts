/** Forward through a cross-entropy that brings its own gradient. */
import type { RunConfig } from '../../../../config/schema.ts';
import { within } from '../../chain.ts';
import { cast, elementwise, INT32_BYTES, reduced, wide } from '../../kernels.ts';
import { freed, type Moment, made } from '../../moments.ts';
import type { Pass } from '../../pass.ts';
import { WIDE } from '../../widths.ts';

const NAME = 'loss';

export function lossForward({ widths, N, NV, host }: Pass, { step }: RunConfig): Moment[] {
  const { product, copiesOperands } = widths;
  const entering = copiesOperands ? product : WIDE; // under mixed precision they are widened first
  const row = made(NAME, N * WIDE);
  const lessRow = elementwise(NAME, [NV, entering], [N, WIDE]);
  const all = made(NAME, NV * WIDE);
  const oneHot = step.teacher === 'none' ? [made(NAME, NV * WIDE, host * 3 * INT32_BYTES), all] : []; // int32, and as float32
  const moments = [
    reduced(NAME, [NV, entering], N, host), // maxima
    lessRow,
    wide(NAME, [NV, entering], NV), // the exponentials
    reduced(NAME, [NV, WIDE], N, host), // their sums
    row, // the logarithms
    row, // plus the maxima,
    made(NAME, 0, host * 2 * INT32_BYTES), // with another shape
    freed(NAME, lessRow.bytes + NV * WIDE + 3 * N * WIDE),
    lessRow, // log-probabilities
    ...cast(NAME, NV, entering, WIDE),
    ...oneHot,
    all, // times the labels
    reduced(NAME, [NV, WIDE], N, host), // of the tokens
    made(NAME, WIDE, host * INT32_BYTES), // their mean
    made(NAME, WIDE), // negated
  ];
  const kept = NV * WIDE + (entering < WIDE ? NV * entering : 0);
  const widened = copiesOperands ? [] : cast(NAME, NV, product, WIDE);
  return [...widened, ...within(moments, NAME, kept + WIDE)];
}
