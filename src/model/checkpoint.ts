/** Gradient checkpointing (Chen et al. 2016), as the model asks for it; `training/checkpoint.ts` does it. */
import type { Tensor, Variable } from './tensorflow.ts';

/**
 * Runs `run` without keeping anything but `inputs`, and runs it again in backward. `variables` are those that `run` reads: their gradients
 * leave through it.
 */
export type Checkpoint = <T extends Tensor>(
  run: (...inputs: Tensor[]) => T,
  inputs: readonly Tensor[],
  variables: readonly Variable[],
) => T;
