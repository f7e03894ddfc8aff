/**
 * Matrices in 8 bits (symmetric, one scale for each column: Dettmers et al. 2022, "LLM.int8()", §2.1), and in 32 bits again where they are
 * used. Embeddings, norms, biases and the head stay as they are, as there.
 */
import type { Casts } from './casts.ts';
import type { Tensor, Tensor2D, Tf, Variable } from './tensorflow.ts';
import type { CreateVariable } from './variables.ts';

const LARGEST = 127;
const SMALLEST_SCALE = 1e-12; // of a column of zeros

export interface Quantization {
  /** Matrices of linear layers are made in 8 bits, each with the scales of its columns beside it. */
  readonly create: CreateVariable;
  /** [in, out] in 32 bits: a copy in 32 bits of the integers, and that times the scales. Anything else comes back as it is. */
  readonly dequantized: (weight: Tensor) => Tensor;
  /** The scales, which no model knows. */
  dispose(): void;
}

/** `casts` is that of 8 bits: narrow is an integer. */
export function quantization(tf: Tf, create: CreateVariable, { narrow, widen }: Casts): Quantization {
  const scales = new Map<number, Variable>(); // [1, out], by the variable
  return {
    create: (name, shape, role) => {
      const variable = create(name, shape, role);
      if (!isMatrixOfBlock(name)) return variable;
      const own = create(`${name}/scales`, [1, shape[1] as number], 'gain');
      tf.tidy(() => {
        const largest = tf.max(tf.abs(variable), 0, true) as Tensor2D; // [1, out]
        own.assign(tf.maximum(tf.div(largest, LARGEST), SMALLEST_SCALE));
        // A cast cuts off what is behind the point, towards zero from both sides; a half more, and floor, is the nearest integer.
        variable.assign(narrow(tf.floor(tf.add(tf.div(variable, own), 0.5))));
      });
      scales.set(variable.id, own);
      return variable;
    },
    dequantized: (weight) => {
      const own = scales.get(weight.id);
      return own === undefined ? weight : tf.mul(widen(weight), own);
    },
    dispose: () => {
      for (const own of scales.values()) own.dispose();
    },
  };
}

/** Blocks name their linear layers so (linear.ts). */
const isMatrixOfBlock = (name: string): boolean => name.includes('block') && name.endsWith('/weight');
