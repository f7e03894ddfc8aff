/** Normalization of each row by itself, scaled and shifted. */
import type { RunConfig } from '../config/schema.ts';
import { ofVariable } from './component.ts';
import { withGradient } from './customGradient.ts';
import type { Tensor2D, Tf, Variable } from './tensorflow.ts';
import { inTwoForms } from './tools.ts';
import type { CreateVariable } from './variables.ts';

const EPSILON = 1e-5; // GPT-2's and Llama's

export interface NormalizationParameters {
  readonly kind: RunConfig['model']['normalization'];
  readonly gain: Variable; // [H]
  /** Never with RMS-norm; with layer-norm where the model has biases, as in nanoGPT and PyTorch's TransformerEncoderLayer. */
  readonly bias: Variable | null; // [H]
}

export function createNormalization(
  create: CreateVariable,
  name: string,
  { hiddenSize, normalization, biases }: Pick<RunConfig['model'], 'hiddenSize' | 'normalization' | 'biases'>,
): NormalizationParameters {
  return {
    kind: normalization,
    gain: create(`${name}/gain`, [hiddenSize], 'gain'),
    bias: biases && normalization === 'layer-norm' ? create(`${name}/bias`, [hiddenSize], 'bias') : null,
  };
}

/**
 * `x`: [N, H] → [N, H]. Layer normalization (Ba et al. 2016) is (x − mean) / √(variance + ε), RMS normalization (Zhang & Sennrich 2019)
 * x / √(mean square + ε): of what is centred, the mean square is the variance.
 *
 * Kept by the minimal form, as by PyTorch's `native_layer_norm` and `_fused_rms_norm`: x, and per row 1/√… and, of layer-norm, the mean.
 */
export const normalize = inTwoForms(
  ({ tf }, x: Tensor2D, { kind, gain, bias }: NormalizationParameters): Tensor2D => {
    const centred = kind === 'layer-norm' ? tf.sub(x, rowMean(tf, x)) : x; // [N, H]
    const normalized = tf.mul(centred, inverseRoot(tf, centred as Tensor2D)); // [N, H]
    const scaled = tf.mul(normalized, gain) as Tensor2D; // [N, H]
    return bias === null ? scaled : tf.add(scaled, bias);
  },
  ({ tf }, x, { kind, gain, bias }) => {
    const normalizedBy = (x: Tensor2D, inverse: Tensor2D, mean?: Tensor2D): Tensor2D =>
      tf.mul(mean === undefined ? x : tf.sub(x, mean), inverse);
    return withGradient<Tensor2D>(tf, bias === null ? [x, gain] : [x, gain, bias], {
      forward() {
        const mean = kind === 'layer-norm' ? rowMean(tf, x) : undefined; // [N, 1]
        const inverse = inverseRoot(tf, mean === undefined ? x : tf.sub(x, mean)); // [N, 1]
        const scaled: Tensor2D = tf.mul(normalizedBy(x, inverse, mean), gain); // [N, H]
        const value: Tensor2D = bias === null ? scaled : tf.add(scaled, bias);
        return { value, saved: mean === undefined ? [x, gain, inverse] : [x, gain, inverse, mean] };
      },
      backward(dy, saved) {
        const [x, gain, inverse, mean] = saved as [Tensor2D, Variable, Tensor2D, Tensor2D?];
        const normalized = normalizedBy(x, inverse, mean); // [N, H]
        const scaled: Tensor2D = tf.mul(dy, gain); // [N, H]
        const along = tf.mul(normalized, rowMean(tf, tf.mul(scaled, normalized))); // [N, H]
        const across = tf.sub(mean === undefined ? scaled : tf.sub(scaled, rowMean(tf, scaled)), along); // [N, H]
        const dx = tf.mul(across, inverse); // [N, H]
        const ofEachRow = tf.mul(dy, normalized); // [N, H]
        const dGain = ofVariable(() => tf.sum(ofEachRow, 0)); // [H]
        return bias === null ? [dx, dGain] : [dx, dGain, ofVariable(() => tf.sum(dy, 0))];
      },
    });
  },
);

/** [N, H] → [N, 1] */
const rowMean = (tf: Tf, x: Tensor2D): Tensor2D => tf.mean(x, -1, true);

/** [N, H] → 1 / √(mean square + ε): [N, 1] */
const inverseRoot = (tf: Tf, x: Tensor2D): Tensor2D => tf.rsqrt(tf.add(rowMean(tf, tf.square(x)), EPSILON));
