/** Backward through the turning of queries or keys. */
import { elementwise } from '../../kernels.ts';
import { freed, type Moment, made } from '../../moments.ts';
import type { Pass } from '../../pass.ts';
import { WIDE } from '../../widths.ts';

const NAME = 'attention';

/** Of `elements` in heads. */
export function rotaryBackward({ model, widths, S }: Pass, elements: number): Moment[] {
  const p = widths.product;
  const table = [S * model.headSize, WIDE] as const;
  const half = made(NAME, (elements / 2) * p);
  return [
    elementwise(NAME, [elements, p], table), // of the two halves joined: dy · sines
    elementwise(NAME, [elements, p], table), // of what is turned: dy · cosines
    half, // of the second half, negated, and
    half, // of the first: Concat's gradient cuts at once
    half, // negated
    made(NAME, elements * p), // both joined: of what is turned
    made(NAME, elements * p), // the sum of both
    freed(NAME, elements * p),
  ];
}
