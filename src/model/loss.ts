/** Softmax cross-entropy over one-hot targets, averaged over the tokens. */
import type { Scalar, Tensor1D, Tensor2D, Tf } from './tensorflow.ts';

/** `logits`: [N, V], `targets`: [N] int32 → one number. The one-hot labels [N, V] are made here and belong to the loss. */
export function crossEntropy(tf: Tf, logits: Tensor2D, targets: Tensor1D): Scalar {
  const vocabularySize = logits.shape[1];
  const labels = tf.cast(tf.oneHot(targets, vocabularySize), 'float32'); // [N, V]
  return tf.losses.softmaxCrossEntropy(labels, logits) as Scalar;
}
