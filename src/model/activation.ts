/**
 * The elementwise functions of the feed-forward network. Kept by their minimal forms, as by PyTorch's kernels: the input, and for ReLU the
 * output, which is the next product's input anyway.
 */
import type { RunConfig } from '../config/schema.ts';
import { through, withGradient } from './customGradient.ts';
import type { Tensor2D, Tf } from './tensorflow.ts';
import { inTwoForms } from './tools.ts';

export type Activation = RunConfig['model']['activation'];

interface Elementwise {
  of(tf: Tf, x: Tensor2D): Tensor2D;
  /** The same value, with temporaries as short-lived as within one kernel. */
  frugally?(tf: Tf, x: Tensor2D): Tensor2D;
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
    frugally: (tf, x) =>
      through(
        x,
        (x) => share(tf, x),
        (below) => tf.mul(x, below),
      ),
    slope(tf, x) {
      const below = share(tf, x);
      return through(
        x,
        (x) => tf.square(x),
        (x) => tf.mul(x, -0.5),
        (x) => tf.exp(x),
        (x) => tf.mul(x, 1 / Math.sqrt(2 * Math.PI)), // φ(x)
        (density) => tf.mul(x, density),
        (tail) => tf.add(below, tail),
      );
    },
  },
  /** Its approximation by tanh, in the same paper and in GPT-2: x/2 · (1 + tanh(√(2/π) · (x + 0.044715·x³))). */
  'gelu-tanh': {
    of(tf, x) {
      const inner = inTanh(tf, x);
      return tf.mul(tf.mul(x, 0.5), tf.add(tf.tanh(inner), 1));
    },
    frugally: (tf, x) =>
      through(
        x,
        (x) => tf.tidy(() => inTanh(tf, x)),
        (x) => tf.tanh(x),
        (x) => tf.add(x, 1),
        (below) => tf.mul(x, below),
        (x) => tf.mul(x, 0.5),
      ),
    slope(tf, x) {
      const tanh = tf.tanh(tf.tidy(() => inTanh(tf, x)));
      const tail = through(
        x,
        (x) => tf.square(x),
        (x) => tf.mul(x, 3 * CUBIC),
        (x) => tf.add(x, 1),
        (x) => tf.mul(x, SQRT_2_OVER_PI), // slope of what is in the tanh
        (x) =>
          tf.mul(
            x,
            tf.tidy(() => tf.sub(1, tf.square(tanh))),
          ),
        (steep) =>
          tf.mul(
            steep,
            tf.tidy(() => tf.mul(x, 0.5)),
          ),
      );
      return tf.add(tf.mul(tf.add(tanh, 1), 0.5), tail) as Tensor2D;
    },
  },
  relu: { of: (tf, x) => tf.relu(x), slope: (tf, y) => tf.step(y), keepsOutput: true },
  /** Elfwing et al. 2017; "Swish" of Ramachandran et al. 2017. */
  silu: {
    of: (tf, x) => tf.mul(x, tf.sigmoid(x)),
    slope(tf, x) {
      const sigmoid = tf.sigmoid(x);
      return through(
        sigmoid,
        (s) => tf.sub(1, s),
        (s) => tf.mul(x, s),
        (s) => tf.add(s, 1),
        (s) => tf.mul(sigmoid, s),
      );
    },
  },
};

/** Φ(x), the share of a normal distribution that lies below x. */
const share = (tf: Tf, x: Tensor2D): Tensor2D =>
  through(
    x,
    (x) => tf.mul(x, Math.SQRT1_2),
    (x) => tf.erf(x),
    (x) => tf.add(x, 1),
    (x) => tf.mul(x, 0.5),
  );

function inTanh(tf: Tf, x: Tensor2D): Tensor2D {
  const cubic = tf.add(x, tf.mul(tf.mul(tf.square(x), x), CUBIC));
  return tf.mul(cubic, SQRT_2_OVER_PI);
}

/** `x`: [N, F] → [N, F] */
export const activate = inTwoForms(
  ({ tf }, x: Tensor2D, activation: Activation): Tensor2D => ACTIVATIONS[activation].of(tf, x),
  ({ tf }, x, activation) => {
    const { of, frugally = of, slope, keepsOutput } = ACTIVATIONS[activation];
    return withGradient<Tensor2D>(tf, [x], {
      forward() {
        const value = frugally(tf, x);
        return { value, saved: [keepsOutput ? value : x] };
      },
      backward: (dy, [kept]) => [
        through(
          tf.tidy(() => slope(tf, kept as Tensor2D)),
          (s) => tf.mul(dy, s),
        ),
      ],
    });
  },
);
