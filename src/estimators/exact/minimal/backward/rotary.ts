/** Backward through the turning of queries or keys: it is turned back. */
import { within } from '../../chain.ts';
import { elementwise } from '../../kernels.ts';
import { type Moment, made } from '../../moments.ts';
import type { Pass } from '../../pass.ts';
import { WIDE } from '../../widths.ts';

const NAME = 'attention';

/** Of `elements` in heads. */
export function rotaryBackward({ model, widths, S }: Pass, elements: number): Moment[] {
  const p = widths.product;
  const byPosition = elementwise(NAME, [elements, p], [S * model.headSize, WIDE]);
  const [same, half] = [made(NAME, elements * p), made(NAME, (elements / 2) * p)];
  const inner = [
    byPosition, // dy · cosines
    byPosition, // dy · sines,
    ...[half, half, half], // its halves, the second of them negated,
    same, // joined,
    same, // and the difference
  ];
  return within(inner, NAME, elements * p);
}
