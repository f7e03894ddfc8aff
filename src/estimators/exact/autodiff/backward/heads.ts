/** Backward between rows and heads: tfjs's tape keeps the input of a Reshape. With one head a transpose moves nothing. */
import { type Gradient, own, view } from '../../backward/gradient.ts';
import type { Walk } from '../../backward/walk.ts';
import { INT32_BYTES } from '../../kernels.ts';
import { made } from '../../moments.ts';
import type { Pass } from '../../pass.ts';

const NAME = 'attention';

/** Heads were joined: transposed, then reshaped. */
export function joinedHeadsBackward(walk: Walk, pass: Pass, dy: Gradient, heads: number): Gradient {
  return transposed(walk, pass, reshaped(walk, pass, dy, 4), heads);
}

/** Rows were split: reshaped, then transposed. */
export function splitHeadsBackward(walk: Walk, pass: Pass, dy: Gradient, heads: number): Gradient {
  return reshaped(walk, pass, transposed(walk, pass, dy, heads), 2);
}

function reshaped(walk: Walk, { widths, host }: Pass, dy: Gradient, rank: number): Gradient {
  return walk.through(NAME, dy, view(NAME, dy, host, { rank }), { [NAME]: dy.elements * widths.product }); // Reshape.x
}

function transposed(walk: Walk, { widths, host }: Pass, dy: Gradient, heads: number): Gradient {
  if (heads === 1) return walk.through(NAME, dy, view(NAME, dy, host, { rank: 4 }));
  const moved = made(NAME, dy.elements * widths.product, 4 * host * INT32_BYTES); // its permutation
  return walk.through(NAME, dy, own(NAME, [dy.elements, widths.product], [moved]));
}
