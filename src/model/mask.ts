/** What a position may not look at, as a number that is added to its scores. Made once; it lives as long as the model. */
import { constantTable } from './table.ts';
import type { Tensor2D, Tf } from './tensorflow.ts';

const FORBIDDEN = -1e9; // e^(−1e9) is 0 in float32, and no score reaches it

/** [r·S, S]: 0 on and below the diagonal, −1e9 above it; `group` times over, for the query heads that share a key head. */
export function causalMask(tf: Tf, sequenceLength: number, group = 1): Tensor2D {
  const rows = group * sequenceLength;
  return constantTable(tf, [rows, sequenceLength], (values) => {
    for (let row = 0; row < rows; row++) {
      const position = row % sequenceLength;
      values.fill(FORBIDDEN, row * sequenceLength + position + 1, (row + 1) * sequenceLength);
    }
  });
}
