/** Backward through the product of what opens a gate and what goes through it, which brings its own gradient. */
import { type Gradient, own } from '../../backward/gradient.ts';
import type { Walk } from '../../backward/walk.ts';
import { made } from '../../moments.ts';
import type { Pass } from '../../pass.ts';

const NAME = 'feed-forward';

export function gateBackward(
  walk: Walk,
  { model, NF, widths: { product: p } }: Pass,
  dy: Gradient,
): { opening: Gradient; through: Gradient } {
  const [factor, part] = [made(NAME, NF * p), own(NAME, [NF, p])];
  const [opening, through] = walk.node({
    ...{ by: NAME, dys: [dy], atOnce: [factor, factor], parts: [part, part] as const },
    gone: { [NAME]: (model.activation === 'relu' ? 1 : 2) * NF * p }, // what goes through, and what opens, unless ReLU keeps it
  });
  return { opening, through };
}
