/** Backward through the turning of queries or keys. */
import { type Gradient, own, view } from '../../backward/gradient.ts';
import type { Walk } from '../../backward/walk.ts';
import { elementwise } from '../../kernels.ts';
import { made } from '../../moments.ts';
import type { Pass } from '../../pass.ts';
import { WIDE } from '../../widths.ts';

const NAME = 'attention';
const by = NAME;

export function rotaryBackward(walk: Walk, { model, widths, S, host }: Pass, dy: Gradient, heads: number): Gradient {
  const { elements } = dy;
  const p = widths.product;
  const bytes = elements * p;
  const timesTable = [elementwise(NAME, [elements, p], [S * model.headSize, WIDE])];
  const [all, half] = [[elements, p] as const, [elements / 2, p] as const];
  const halved = made(NAME, bytes / 2);
  const [cosines, sines] = walk.node({
    ...{ by, dys: [dy], gone: { [NAME]: 2 * bytes } }, // both products (Add.a, Add.b)
    parts: [view(by, dy, host, { rank: 4 }), view(by, dy, host, { rank: 4 })],
  });
  const joined = walk.through(by, sines, own(NAME, all, timesTable), { [NAME]: bytes }); // of the two halves joined (Mul.a): dy · sines
  const x = heads > 1 ? { [NAME]: bytes } : {}; // Mul.a; of a single head it is what a Reshape keeps
  const direct = walk.through(by, cosines, own(NAME, all, timesTable), x); // of what is turned: dy · cosines
  const [second, first] = walk.node({
    ...{ by, dys: [joined], gone: { [NAME]: bytes } }, // the two halves
    atOnce: [halved, halved], // of the second half, negated, and of the first: Concat's gradient cuts at once
    parts: [own(NAME, half), own(NAME, half)],
  });
  const negated = walk.through(by, second, own(NAME, half, [halved]));
  const [turned] = walk.node({
    ...{ by, dys: [first, negated] },
    parts: [own(NAME, all, [made(NAME, bytes)], direct)], // both joined
  });
  return turned;
}
