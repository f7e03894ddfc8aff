/** Backward through blocks that are run again: they have a tape of their own, and of it and all their gradients only what leaves is left. */
import type { Component } from '../../../records/quantity.ts';
import { type ByComponent, plus, times } from '../byComponent.ts';
import { blockForward, leaving } from '../forward/block.ts';
import { leftBy, type Moment, made } from '../moments.ts';
import { blockParameterCount } from '../parameterCount.ts';
import type { Pass, Stack } from '../pass.ts';
import { WIDE } from '../widths.ts';
import { blockBackward } from './block.ts';
import { joined, type Part } from './gradient.ts';
import type { Operations } from './operations.ts';

/** Of operations around the parts of a model: the step differentiates its loss (src/training/step.ts). */
const AROUND = 'loss';

/** Of `count` blocks. `memory`: what the gradient of the encoder's output has already, and then has. */
export function segmentBackward(
  operations: Operations,
  pass: Pass,
  stack: Stack,
  count: number,
  memory: Part | null,
): { readonly moments: readonly Moment[]; readonly memory: Part | null } {
  const again = forwardAgain(operations, { ...pass, recomputed: null }, stack, count);
  let own: Part | null = null; // of the encoder's output, within the segment
  let entering: Part | null = null;
  const through: Moment[] = [];
  for (let block = 0; block < count; block++) {
    const { moments, sum, memory: looked } = blockBackward(operations, pass, stack, own);
    through.push(...moments);
    [own, entering] = [looked, sum];
  }
  const inner = [...again, ...through];
  const entered = [entering, own].flatMap((part) =>
    part === null ? [] : [{ [part.component]: pass.NH * part.width }],
  );
  const variables = { gradients: count * WIDE * blockParameterCount(pass.model, stack.cross) };
  const gone = plus(times(-1, leftBy(inner)), variables, ...entered);
  const outside = own === null ? { moments: [], sum: null } : joined(AROUND, pass.NH, memory, own);
  return { moments: [...inner, ...madeBy(gone), ...outside.moments], memory: outside.sum };
}

/** With a tape: when it is over that is left, and what comes out. */
function forwardAgain(operations: Operations, pass: Pass, stack: Stack, count: number): readonly Moment[] {
  const block = blockForward(operations.forward, pass, stack);
  const blocks = Array.from({ length: count }, () => block).flat();
  return [
    ...blocks,
    ...leaving(leftBy(blocks), plus(times(count, operations.tape(pass, stack)), operations.segmentValue(pass))),
  ];
}

const madeBy = (parts: ByComponent): Moment[] =>
  Object.entries(parts).map(([component, bytes]) => made(component as Component, bytes));
