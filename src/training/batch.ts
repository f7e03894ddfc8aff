/** The tokens of a measured step: a fixed pattern, so that every run sees the same ids. */
import { component } from '../model/component.ts';
import type { Batch } from '../model/decoder.ts';
import type { Tf } from '../model/tensorflow.ts';

/** `ids`: [B, S] and `targets`: [N] int32, each below the vocabulary size and spread over it. */
export function patternBatch(tf: Tf, size: number, sequenceLength: number, vocabularySize: number): Batch {
  const tokens = size * sequenceLength;
  const pattern = (stride: number, offset: number) =>
    Int32Array.from({ length: tokens }, (_, index) => (index * stride + offset) % vocabularySize);
  return component('inputs', () => ({
    ids: tf.tensor2d(pattern(5, 3), [size, sequenceLength], 'int32'),
    targets: tf.tensor1d(pattern(7, 1), 'int32'),
  }));
}
