/** Softmax cross-entropy, averaged over the tokens. */
import { through, withGradient } from './customGradient.ts';
import type { Scalar, Tensor1D, Tensor2D, Tf } from './tensorflow.ts';
import { inTwoForms, type Tools } from './tools.ts';

/** What is right, as PyTorch's `cross_entropy` takes it: token ids [N] int32, or a probability for each token of the vocabulary [N, V]. */
export type Labels = Tensor1D | Tensor2D;

/**
 * `logits`: [N, V] → one number. Of ids the one-hot labels [N, V] are made here and belong to the loss.
 *
 * Kept by the minimal form, as by PyTorch's `cross_entropy`: the log-probabilities; where they have 16 bits (CUDA's autocast) their 32-bit
 * copy too; and labels that are probabilities. Ids are an input, and their labels are made anew.
 */
export const crossEntropy = inTwoForms(
  ({ tf, precision }, logits: Tensor2D, labels: Labels): Scalar =>
    tf.losses.softmaxCrossEntropy(
      isSoft(labels) ? labels : oneHot(tf, labels, logits.shape[1]),
      precision.logProbabilities(precision.logits(logits)),
    ) as Scalar,
  ({ tf, precision }, logits, labels) => {
    const [tokens, vocabularySize] = logits.shape;
    const labelsOf = (given: Labels): Tensor2D => (isSoft(given) ? given : oneHot(tf, given, vocabularySize));
    const entering = precision.logits(logits); // [N, V]
    return withGradient<Scalar>(tf, [entering], {
      forward() {
        const own = tf.sub(entering, tf.logSumExp(entering, 1, true)) as Tensor2D; // [N, V]
        const logProbabilities = precision.logProbabilities(own); // [N, V]
        const ofTargets = tf.sum(tf.mul(logProbabilities, labelsOf(labels)), 1); // [N]
        const value = tf.neg(tf.mean(ofTargets)) as Scalar;
        const kept = own === logProbabilities ? [own] : [logProbabilities, own];
        return { value, saved: isSoft(labels) ? [...kept, labels] : kept };
      },
      backward(dy, saved) {
        const [logProbabilities] = saved;
        const given = isSoft(labels) ? (saved.at(-1) as Tensor2D) : labels;
        const gradient = through(
          logProbabilities as Tensor2D,
          (x) => tf.exp(x),
          (x) => tf.tidy(() => tf.sub(x, labelsOf(given))),
          (x) => tf.mul(x, tf.div(dy, tokens)),
          precision.operand,
        ); // [N, V]
        return [gradient];
      },
    });
  },
);

const isSoft = (labels: Labels): labels is Tensor2D => labels.rank === 2;

/** `logits`: [N, V] → the probabilities [N, V] that they stand for, in 32 bits: labels for another model. */
export const probabilities = ({ tf, precision }: Tools, logits: Tensor2D): Tensor2D =>
  tf.softmax(precision.logProbabilities(precision.logits(logits)));

/** [N] → [N, V] */
const oneHot = (tf: Tf, targets: Tensor1D, vocabularySize: number): Tensor2D =>
  tf.cast(tf.oneHot(targets, vocabularySize), 'float32') as Tensor2D;
