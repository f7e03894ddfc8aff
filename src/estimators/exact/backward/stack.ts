/** Backward through the closing norm, and the blocks, or the segments of them that are run again, from the last to the first. */
import { type Pass, type Stack, streamBetween } from '../pass.ts';
import { type AtBlock, blockBackward, type GoneWithBlock } from './block.ts';
import type { Gradient } from './gradient.ts';
import type { Operations } from './operations.ts';
import { segmentBackward } from './segment.ts';
import type { Walk } from './walk.ts';

export function stackBackward(operations: Operations, walk: Walk, pass: Pass, stack: Stack, dy: Gradient): AtBlock {
  const { pre, model, recomputed, NH, widths } = pass;
  const sum = { before: null, gone: { residual: NH * widths.stream } };
  let at: AtBlock = { stream: pre ? operations.normalization(walk, pass, dy, sum) : dy, memory: null };
  walk.endStretch();
  const lengths = recomputed ?? Array.from({ length: model.layers }, () => 1);
  const through = (length: number, from: AtBlock, gone: GoneWithBlock): AtBlock =>
    recomputed === null
      ? blockBackward(operations, walk, pass, stack, from, gone)
      : segmentBackward(operations, walk, pass, stack, length, from, gone);
  const between = { entering: streamBetween(pass), memory: {} };
  const [first = 1] = lengths;
  for (let index = lengths.length - 1; index > 0; index--) {
    const length = lengths[index] ?? 1; // the last may be shorter
    const before = at;
    at = through(length, at, between);
    // What is given as it was received is given so by all blocks but the first.
    const others = length === first && isLike(before, at) ? index : 1;
    walk.endStretch(others);
    index -= others - 1;
  }
  const memory = stack.cross ? { normalization: NH * widths.stream } : {};
  at = through(first, at, { entering: operations.entering(pass), memory });
  walk.endStretch();
  return at;
}

const isLike = (a: AtBlock, b: AtBlock): boolean => alike(a.stream, b.stream) && alike(a.memory, b.memory);

function alike(a: Gradient | null, b: Gradient | null): boolean {
  if (a === null || b === null) return a === b;
  return a.component === b.component && a.width === b.width;
}
