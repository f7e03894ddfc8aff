/** The tokens of a measured step: a fixed pattern, so that every run sees the same ids. */
import type { RunConfig } from '../config/schema.ts';
import { component } from '../model/component.ts';
import type { Batch } from '../model/model.ts';
import type { Tf } from '../model/tensorflow.ts';

/** `ids`: [B, S], `targets`: [N] and, for an encoder–decoder, `source`: [B, S], all int32 below the vocabulary size and spread over it. */
export function patternBatch(tf: Tf, { model, batch }: Pick<RunConfig, 'model' | 'batch'>): Batch {
  const { size, sequenceLength } = batch;
  const pattern = (stride: number, offset: number) =>
    Int32Array.from({ length: size * sequenceLength }, (_, index) => (index * stride + offset) % model.vocabularySize);
  const rows = (values: Int32Array) => tf.tensor2d(values, [size, sequenceLength], 'int32');
  return component('inputs', () => ({
    ids: rows(pattern(5, 3)),
    targets: tf.tensor1d(pattern(7, 1), 'int32'),
    source: model.architecture === 'encoder-decoder' ? rows(pattern(3, 2)) : null,
  }));
}
