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

/** What inference is given: the tokens of a prompt, or of everything where nothing is generated. As in a batch of training. */
export type Prompt = Pick<Batch, 'ids' | 'source'>;

export function patternPrompt(tf: Tf, sizes: Sizes): Prompt {
  const { promptLength, sequenceLength } = sizes.batch;
  const of = patterns(tf, sizes, sizes.batch.size, promptLength ?? sequenceLength);
  return component('inputs', () => ({ ids: of.rows(5, 3), source: of.source() }));
}

function microBatch(tf: Tf, sizes: Sizes, part: number, count: number): Batch {
  const [size, sequenceLength] = [sizes.batch.size / count, sizes.batch.sequenceLength];
  const of = patterns(tf, sizes, size, sequenceLength, part * size * sequenceLength);
  return component('inputs', () => ({ ids: of.rows(5, 3), targets: of.list(7, 1), source: of.source() }));
}

/** Tokens of `size` sequences, the first of them the `first` of a long row. */
function patterns(tf: Tf, { model }: Sizes, size: number, sequenceLength: number, first = 0) {
  const values = (stride: number, offset: number): Int32Array =>
    Int32Array.from(
      { length: size * sequenceLength },
      (_, index) => ((first + index) * stride + offset) % model.vocabularySize,
    );
  const rows = (stride: number, offset: number) => tf.tensor2d(values(stride, offset), [size, sequenceLength], 'int32');
  return {
    rows,
    list: (stride: number, offset: number) => tf.tensor1d(values(stride, offset), 'int32'),
    source: () => (model.architecture === 'encoder-decoder' ? rows(3, 2) : null),
  };
}

export function disposeBatch(batch: Prompt | Batch): void {
  for (const tensor of Object.values(batch)) tensor?.dispose();
}
