/** Backward between rows and heads, in forms that keep nothing. With one head a transpose moves nothing. */
import { type Gradient, own, view } from '../../backward/gradient.ts';
import type { Walk } from '../../backward/walk.ts';
import { INT32_BYTES } from '../../kernels.ts';
import { made } from '../../moments.ts';
import type { Pass } from '../../pass.ts';

const NAME = 'attention';

export function movedHeadsBackward(walk: Walk, { widths, host }: Pass, dy: Gradient, heads: number): Gradient {
  const { elements } = dy;
  const p = widths.product;
  if (heads === 1) return walk.through(NAME, dy, view(NAME, dy, host, { rank: 4 }));
  const moved = made(NAME, elements * p, 4 * host * INT32_BYTES); // its permutation
  return walk.through(NAME, dy, own(NAME, [elements, p], [moved]));
}
