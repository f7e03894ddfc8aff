/** Softmax cross-entropy, averaged over the tokens. */
import { through, withGradient } from './customGradient.ts';
import type { Scalar, Tensor1D, Tensor2D, Tf } from './tensorflow.ts';
import { inTwoForms } from './tools.ts';

/**
 * `logits`: [N, V], `targets`: [N] int32 → one number. The one-hot labels [N, V] are made here and belong to the loss.
 *
 * Kept by the minimal form, as by PyTorch's `cross_entropy`: the log-probabilities; where they have 16 bits (CUDA's autocast) their 32-bit
 * copy too. The targets are an input, and the labels are made anew.
 */
export const crossEntropy = inTwoForms(
  ({ tf, precision }, logits: Tensor2D, targets: Tensor1D): Scalar =>
    tf.losses.softmaxCrossEntropy(
      oneHot(tf, targets, logits.shape[1]),
      precision.logProbabilities(precision.logits(logits)),
    ) as Scalar,
  ({ tf, precision }, logits, targets) => {
    const [tokens, vocabularySize] = logits.shape;
    const entering = precision.logits(logits); // [N, V]
    return withGradient<Scalar>(tf, [entering], {
      forward() {
        const own = tf.sub(entering, tf.logSumExp(entering, 1, true)) as Tensor2D; // [N, V]
        const logProbabilities = precision.logProbabilities(own); // [N, V]
        const ofTargets = tf.sum(tf.mul(logProbabilities, oneHot(tf, targets, vocabularySize)), 1); // [N]
        const value = tf.neg(tf.mean(ofTargets)) as Scalar;
        return { value, saved: own === logProbabilities ? [own] : [logProbabilities, own] };
      },
      backward(dy, [logProbabilities]) {
        const gradient = through(
          logProbabilities as Tensor2D,
          (x) => tf.exp(x),
          (x) => tf.tidy(() => tf.sub(x, oneHot(tf, targets, vocabularySize))),
          (x) => tf.mul(x, tf.div(dy, tokens)),
          precision.operand,
        ); // [N, V]
        return [gradient];
      },
    });
  },
);

/** [N] → [N, V] */
const oneHot = (tf: Tf, targets: Tensor1D, vocabularySize: number): Tensor2D =>
  tf.cast(tf.oneHot(targets, vocabularySize), 'float32') as Tensor2D;
