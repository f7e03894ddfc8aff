/** What a step finds beside weights and the optimizer's state: made once, the same in every step. */
import type { RunConfig } from '../../config/schema.ts';

/** 4-byte elements on the measured device. */
export function inputFloats(config: RunConfig): number {
  const { model, batch, step, runtime } = config;
  const tokens = batch.size * batch.sequenceLength; // of all micro-batches
  const host = runtime.device === 'cpu' ? 1 : 0; // int32 lies in host memory
  // Ids, and the encoder's source. Targets too, unless a teacher makes the labels: tfjs uploads an array when it is first read.
  const read = 1 + (model.architecture === 'encoder-decoder' ? 1 : 0) + (step.teacher === 'none' ? 1 : 0);
  return constantFloats(config) + host * read * tokens;
}

/** Of a model: its mask and its tables. */
export function constantFloats({ model, batch }: RunConfig): number {
  const { sequenceLength: S } = batch;
  return (
    (model.architecture === 'encoder' ? 0 : (model.heads / model.keyValueHeads) * S * S) + // the causal mask of a group's heads
    (model.positions === 'sinusoidal' ? S * model.hiddenSize : 0) + // the table
    (model.positions === 'rotary' ? 2 * S * model.headSize : 0) // cosines and sines
  );
}
