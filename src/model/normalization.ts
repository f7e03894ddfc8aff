/** Normalization of each row by itself, from plain operations, scaled and shifted. */
import type { RunConfig } from '../config/schema.ts';
import type { Tensor2D, Tf, Variable } from './tensorflow.ts';
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

/** `x`: [N, H] → [N, H] */
export function normalize(tf: Tf, x: Tensor2D, { kind, gain, bias }: NormalizationParameters): Tensor2D {
  const normalized = kind === 'layer-norm' ? standardized(tf, x) : scaledByRootMeanSquare(tf, x); // [N, H]
  const scaled = tf.mul(normalized, gain) as Tensor2D; // [N, H]
  return bias === null ? scaled : tf.add(scaled, bias);
}

/** Layer normalization (Ba et al. 2016): (x − mean) / √(variance + ε). */
function standardized(tf: Tf, x: Tensor2D): Tensor2D {
  const mean = tf.mean(x, -1, true); // [N, 1]
  const centred = tf.sub(x, mean); // [N, H]
  return scaledByRootMeanSquare(tf, centred as Tensor2D); // of what is centred, the mean square is the variance
}

/** RMS normalization (Zhang & Sennrich 2019): x / √(mean square + ε). */
function scaledByRootMeanSquare(tf: Tf, x: Tensor2D): Tensor2D {
  const meanSquare = tf.mean(tf.square(x), -1, true); // [N, 1]
  return tf.mul(x, tf.rsqrt(tf.add(meanSquare, EPSILON))); // [N, H]
}
