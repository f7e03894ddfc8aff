/** The elementwise functions of the feed-forward network. */
import type { RunConfig } from '../config/schema.ts';
import type { Tensor2D, Tf } from './tensorflow.ts';

export type Activation = RunConfig['model']['activation'];

/** `x`: [N, F] → [N, F] */
export function activate(tf: Tf, x: Tensor2D, activation: Activation): Tensor2D {
  return ACTIVATIONS[activation](tf, x);
}

const ACTIVATIONS: Readonly<Record<Activation, (tf: Tf, x: Tensor2D) => Tensor2D>> = {
  gelu,
  'gelu-tanh': geluTanh,
  relu: (tf, x) => tf.relu(x),
  silu: (tf, x) => tf.mul(x, tf.sigmoid(x)), // Elfwing et al. 2017; "Swish" of Ramachandran et al. 2017
};

/** GELU (Hendrycks & Gimpel 2016): x/2 · (1 + erf(x/√2)). */
export function gelu(tf: Tf, x: Tensor2D): Tensor2D {
  return tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1));
}

/** Its approximation by tanh, in the same paper and in GPT-2: x/2 · (1 + tanh(√(2/π) · (x + 0.044715·x³))). */
function geluTanh(tf: Tf, x: Tensor2D): Tensor2D {
  const cubic = tf.add(x, tf.mul(tf.mul(tf.square(x), x), 0.044715));
  return tf.mul(tf.mul(x, 0.5), tf.add(tf.tanh(tf.mul(cubic, Math.sqrt(2 / Math.PI))), 1));
}
