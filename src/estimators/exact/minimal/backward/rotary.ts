/** Backward through the turning of queries or keys: it is turned back. */
import { type Gradient, own } from '../../backward/gradient.ts';
import type { Walk } from '../../backward/walk.ts';
import { within } from '../../chain.ts';
import { elementwise } from '../../kernels.ts';
import { made } from '../../moments.ts';
import type { Pass } from '../../pass.ts';
import { WIDE } from '../../widths.ts';

const NAME = 'attention';

export function rotaryBackward(walk: Walk, { model, widths, S }: Pass, dy: Gradient): Gradient {
  const { elements } = dy;
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
  const parts = [own(NAME, [elements, p])] as const;
  return walk.node({ by: NAME, dys: [dy], atOnce: within(inner, NAME, elements * p), parts })[0];
}
