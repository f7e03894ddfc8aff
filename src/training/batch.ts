/** The tokens of a measured step: a fixed pattern, so that every run sees the same ids. */
import type { RunConfig } from '../config/schema.ts';
import { component } from '../model/component.ts';
import type { Batch } from '../model/model.ts';
import type { Tf } from '../model/tensorflow.ts';

type Sizes = Pick<RunConfig, 'model' | 'batch'>;

/** The whole batch in one. `ids`: [B, S], `targets`: [N] and, for an encoder–decoder, `source`: [B, S], all int32 below the vocabulary size and spread over it. */
export const patternBatch = (tf: Tf, sizes: Sizes): Batch => microBatch(tf, sizes, 0, 1);

/** The same tokens in `count` batches of B / count sequences. */
export const patternBatches = (tf: Tf, sizes: Sizes, count: number): Batch[] =>
  Array.from({ length: count }, (_, part) => microBatch(tf, sizes, part, count));

function microBatch(tf: Tf, { model, batch }: Sizes, part: number, count: number): Batch {
  const [size, sequenceLength] = [batch.size / count, batch.sequenceLength];
  const tokens = size * sequenceLength;
  const pattern = (stride: number, offset: number) =>
    Int32Array.from(
      { length: tokens },
      (_, index) => ((part * tokens + index) * stride + offset) % model.vocabularySize,
    );
  const rows = (values: Int32Array) => tf.tensor2d(values, [size, sequenceLength], 'int32');
  return component('inputs', () => ({
    ids: rows(pattern(5, 3)),
    targets: tf.tensor1d(pattern(7, 1), 'int32'),
    source: model.architecture === 'encoder-decoder' ? rows(pattern(3, 2)) : null,
  }));
}

export function disposeBatch({ ids, targets, source }: Batch): void {
  for (const tensor of [ids, targets, source]) tensor?.dispose();
}
