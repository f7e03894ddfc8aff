/** Gradient checkpointing: which blocks are run again together (src/model/stack.ts). */
import type { RunConfig } from '../../config/schema.ts';

/** Blocks in each segment, in forward's order; null where no block is run again as a whole. The last may be shorter. */
export function segments({ model, step }: Pick<RunConfig, 'model' | 'step'>): readonly number[] | null {
  const { layers: L } = model;
  if (step.checkpointing !== 'block' && step.checkpointing !== 'sqrt') return null;
  const length = step.checkpointing === 'block' ? 1 : Math.round(Math.sqrt(L));
  return Array.from({ length: Math.ceil(L / length) }, (_, index) => Math.min(length, L - index * length));
}
