/** Layer normalization (Ba et al. 2016) from plain operations: x̂ = (x − mean) / √(variance + ε), scaled and shifted. */
import type { Tensor2D, Tf, Variable } from './tensorflow.ts';
import type { CreateVariable } from './variables.ts';

const EPSILON = 1e-5; // GPT-2's

export interface NormalizationParameters {
  readonly gain: Variable; // [H]
  readonly bias: Variable; // [H]
}

export function createNormalization(create: CreateVariable, name: string, hiddenSize: number): NormalizationParameters {
  return { gain: create(`${name}/gain`, [hiddenSize], 'gain'), bias: create(`${name}/bias`, [hiddenSize], 'bias') };
}

/** `x`: [N, H] → [N, H], each row normalized by itself. */
export function layerNormalization(tf: Tf, x: Tensor2D, { gain, bias }: NormalizationParameters): Tensor2D {
  const mean = tf.mean(x, -1, true); // [N, 1]
  const centred = tf.sub(x, mean); // [N, H]
  const variance = tf.mean(tf.square(centred), -1, true); // [N, 1]
  const normalized = tf.mul(centred, tf.rsqrt(tf.add(variance, EPSILON))); // [N, H]
  return tf.add(tf.mul(normalized, gain), bias); // [N, H]
}
