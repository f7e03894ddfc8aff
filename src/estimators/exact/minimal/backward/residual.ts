/** Backward through the sum with the residual stream: both gradients are views of its own; on the way to the part it is narrowed, and dropped. */
import type { Component } from '../../../../records/quantity.ts';
import { type Gradient, own, view } from '../../backward/gradient.ts';
import type { Walk } from '../../backward/walk.ts';
import { cast } from '../../kernels.ts';
import type { Pass } from '../../pass.ts';
import { BOOL } from '../../widths.ts';
import { masked } from '../dropout.ts';

const NAME = 'residual';
const by = NAME;

export function residualBackward(
  walk: Walk,
  { NH, widths, dropout }: Pass,
  dy: Gradient,
  _name: Component,
): { past: Gradient; part: Gradient } {
  const { stream, product } = widths;
  const [past, added] = walk.node({ by, dys: [dy], parts: [view(by, dy, 0), view(by, dy, 0)] }); // clones
  let part = added;
  if (stream !== product) part = walk.through(by, part, own(NAME, [NH, product], cast(NAME, NH, stream, product)));
  if (dropout)
    [part] = walk.node({
      ...{ by, dys: [part], atOnce: masked(NAME, NH, product), gone: { [NAME]: NH * BOOL } },
      parts: [own(NAME, [NH, product])],
    });
  return { past, part };
}
