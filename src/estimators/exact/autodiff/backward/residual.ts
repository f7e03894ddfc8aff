/** Backward through the sum with the residual stream: both its gradients are views of its own; on the way to the part it is narrowed, and dropped. */
import type { Component } from '../../../../records/quantity.ts';
import { type Gradient, own, view } from '../../backward/gradient.ts';
import type { Walk } from '../../backward/walk.ts';
import { type ByComponent, plus } from '../../byComponent.ts';
import { cast, elementwise } from '../../kernels.ts';
import type { Pass } from '../../pass.ts';
import { WIDE } from '../../widths.ts';

const NAME = 'residual';
const by = NAME;

export function residualBackward(
  walk: Walk,
  { NH, widths, dropout, host }: Pass,
  dy: Gradient,
  name: Component,
  gone: ByComponent,
): { past: Gradient; part: Gradient } {
  const { stream, product } = widths;
  const added = { [dropout || stream !== product ? NAME : name]: NH * stream }; // Add.b
  const [past, summand] = walk.node({
    ...{ by, dys: [dy], gone: plus(added, gone) },
    parts: [view(by, dy, host), view(by, dy, host)],
  });
  let part = summand;
  if (stream !== product) part = walk.through(by, part, own(NAME, [NH, product], cast(NAME, NH, stream, product)));
  if (dropout)
    part = walk.through(
      ...([by, part] as const),
      own(NAME, [NH, product], [elementwise(NAME, [NH, product], [NH, WIDE])]), // times what stayed
      { [name]: NH * product, [NAME]: NH * WIDE }, // Mul.a, Mul.b
    );
  return { past, part };
}
