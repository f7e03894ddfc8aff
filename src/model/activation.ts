/**
 * The elementwise functions of the feed-forward network. Kept by their minimal forms, as by PyTorch's kernels: the input, and for ReLU the
 * output, which is the next product's input anyway.
 */
import type { RunConfig } from '../config/schema.ts';
import { withGradient } from './customGradient.ts';
import type { Tensor, Tensor2D, Tf } from './tensorflow.ts';
import { inTwoForms } from './tools.ts';

export type Activation = RunConfig['model']['activation'];

interface Elementwise {
  of(tf: Tf, x: Tensor2D): Tensor2D;
  /** Derivative, from the input, or from the output where `keepsOutput`. */
  slope(tf: Tf, kept: Tensor2D): Tensor2D;
  readonly keepsOutput?: true;
}

const SQRT_2_OVER_PI = Math.sqrt(2 / Math.PI);
const CUBIC = 0.044715;

const ACTIVATIONS: Readonly<Record<Activation, Elementwise>> = {
  /** GELU (Hendrycks & Gimpel 2016): x/2 · (1 + erf(x/√2)); its slope is Φ(x) + x·φ(x). */
  gelu: {
    of: (tf, x) => tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1)),
    slope(tf, x) {
      const below = tf.mul(tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1), 0.5);
      const density = tf.mul(tf.exp(tf.mul(tf.square(x), -0.5)), 1 / Math.sqrt(2 * Math.PI));
      return tf.add(below, tf.mul(x, density));
    },
  },
  /** Its approximation by tanh, in the same paper and in GPT-2: x/2 · (1 + tanh(√(2/π) · (x + 0.044715·x³))). */
  'gelu-tanh': {
    of: (tf, x) => tf.mul(tf.mul(x, 0.5), tf.add(tf.tanh(inTanh(tf, x)), 1)),
    slope(tf, x) {
      const tanh = tf.tanh(inTanh(tf, x));
      const inner = tf.mul(tf.add(tf.mul(tf.square(x), 3 * CUBIC), 1), SQRT_2_OVER_PI);
      const tail = tf.mul(tf.mul(tf.sub(1, tf.square(tanh)), inner), tf.mul(x, 0.5));
      return tf.add(tf.mul(tf.add(tanh, 1), 0.5), tail) as Tensor2D;
    },
  },
  relu: { of: (tf, x) => tf.relu(x), slope: (tf, y) => tf.step(y), keepsOutput: true },
  /** Elfwing et al. 2017; "Swish" of Ramachandran et al. 2017. */
  silu: {
    of: (tf, x) => tf.mul(x, tf.sigmoid(x)),
    slope(tf, x) {
      const sigmoid = tf.sigmoid(x);
      return tf.mul(sigmoid, tf.add(tf.mul(x, tf.sub(1, sigmoid)), 1)) as Tensor2D;
    },
  },
};

function inTanh(tf: Tf, x: Tensor2D): Tensor2D {
  const cubic = tf.add(x, tf.mul(tf.mul(tf.square(x), x), CUBIC));
  return tf.mul(cubic, SQRT_2_OVER_PI);
}

/** `x`: [N, F] → [N, F] */
export const activate = inTwoForms(
  ({ tf }, x: Tensor2D, activation: Activation): Tensor2D => ACTIVATIONS[activation].of(tf, x),
  ({ tf }, x, activation) => {
    const { of, slope, keepsOutput } = ACTIVATIONS[activation];
    return withGradient<Tensor2D>(tf, [x], {
      forward() {
        const value = of(tf, x);
        return { value, saved: [keepsOutput ? value : x] };
      },
      backward: (dy, [kept]) => [tf.mul(dy, slope(tf, kept as Tensor2D)) as Tensor],
    });
  },
);
