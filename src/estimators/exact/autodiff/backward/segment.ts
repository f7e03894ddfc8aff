/** Backward through blocks that are run again: they have a tape of their own, and of it and all their gradients only what leaves is left. */
import type { Component } from '../../../../records/quantity.ts';
import { type ByComponent, plus, times } from '../../byComponent.ts';
import { leftBy, type Moment, made } from '../../moments.ts';
import { blockTape, type Stack } from '../block.ts';
import type { Pass } from '../pass.ts';
import { blockBackward } from './block.ts';
import { joined, type Part } from './gradient.ts';

/** Of operations around the parts of a model: the step differentiates its loss (src/training/step.ts). */
const AROUND = 'loss';

/** Of `count` blocks. `memory`: what the gradient of the encoder's output has already, and then has. */
export function segmentBackward(
  pass: Pass,
  stack: Stack,
  count: number,
  memory: Part | null,
): { readonly moments: readonly Moment[]; readonly memory: Part | null } {
  const again = madeBy(times(count, blockTape(pass, stack)));
  let own: Part | null = null; // of the encoder's output, within the segment
  let entering: Part | null = null;
  const through: Moment[] = [];
  for (let block = 0; block < count; block++) {
    const { moments, sum, memory: looked } = blockBackward(pass, stack, own);
    through.push(...moments);
    [own, entering] = [looked, sum];
  }
  const inner = [...again, ...through];
  const { gradients: _whole, ...others } = leftBy(inner); // of variables, they leave
  const leaving = [entering, own].flatMap((part) =>
    part === null ? [] : [{ [part.component]: pass.NH * part.width }],
  );
  const gone = plus(times(-1, others), ...leaving);
  const outside = own === null ? { moments: [], sum: null } : joined(AROUND, pass.NH, memory, own);
  return { moments: [...inner, ...madeBy(gone), ...outside.moments], memory: outside.sum };
}

const madeBy = (parts: ByComponent): Moment[] =>
  Object.entries(parts).map(([component, bytes]) => made(component as Component, bytes));
