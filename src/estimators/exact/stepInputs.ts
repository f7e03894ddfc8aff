/** What a step finds beside weights and the optimizer's state: made once, the same in every step. */
import type { RunConfig } from '../../config/schema.ts';

/** 4-byte elements on the measured device. */
export function inputFloats({ model, batch, runtime }: RunConfig): number {
  const { sequenceLength: S } = batch;
  const tokens = batch.size * S; // of all micro-batches
  const host = runtime.device === 'cpu' ? 1 : 0; // int32 lies in host memory
  const readers = model.architecture === 'encoder-decoder' ? 3 : 2; // ids and targets; the encoder's source
  return (
    (model.architecture === 'encoder' ? 0 : (model.heads / model.keyValueHeads) * S * S) + // the causal mask of a group's heads
    (model.positions === 'sinusoidal' ? S * model.hiddenSize : 0) + // the table
    (model.positions === 'rotary' ? 2 * S * model.headSize : 0) + // cosines and sines
    host * readers * tokens
  );
}
