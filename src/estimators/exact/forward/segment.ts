/** Forward through blocks that will be run again: nothing is recorded, and their last output is left. */
import { leftBy, type Moment } from '../moments.ts';
import type { Pass, Stack } from '../pass.ts';
import { blockForward, leaving, output } from './block.ts';
import type { ForwardOperations } from './operations.ts';

export function segmentForward(
  operations: ForwardOperations,
  pass: Pass,
  stack: Stack,
  count: number,
): readonly Moment[] {
  const block = blockForward(operations, { ...pass, isRecorded: false }, stack);
  const blocks = Array.from({ length: count }, () => block).flat();
  return [...blocks, ...leaving(leftBy(blocks), output(pass))];
}
