/** Backward through the product of what opens a gate and what goes through it. */
import { type Gradient, own } from '../../backward/gradient.ts';
import type { Walk } from '../../backward/walk.ts';
import { made } from '../../moments.ts';
import type { Pass } from '../../pass.ts';

const NAME = 'feed-forward';

export function gateBackward(
  walk: Walk,
  { NF, widths: { product: p } }: Pass,
  dy: Gradient,
): { opening: Gradient; through: Gradient } {
  const factor = own(NAME, [NF, p], [made(NAME, NF * p)]);
  const gone = { [NAME]: 2 * NF * p }; // Mul.a, Mul.b
  const [opening, through] = walk.node({ by: NAME, dys: [dy], parts: [factor, factor], gone });
  return { opening, through };
}
