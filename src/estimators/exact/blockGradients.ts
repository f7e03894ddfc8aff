/** What tfjs's backward makes for one block of GPT-2's family, in float32: bounds of a freeing one (freeingPeak.ts) are made of it. */
import type { Symbols } from './tfjsSymbols.ts';

const normGradients = ({ N, NH }: Symbols): number =>
  NH + // dy times the gain
  N + // of 1/std
  N + // of variance + ε
  NH + // of the square, spread over the width
  NH + // of x − mean, through the square
  NH + // sum of both gradients of x − mean
  N + // of the mean
  NH + // of x, through the mean
  NH; // sum of the gradients of x (those through Sub and the residual Add are views of buffers counted elsewhere)

const attentionGradients = ({ NH, Na, A, transposes }: Symbols): number =>
  Na + // of the context
  transposes * Na + // transposed to heads
  A + // of the probabilities
  Na + // of v
  A + // probabilities · dy, which Softmax's gradient computes at once
  A + // of the masked scores
  A + // of q·kᵀ
  2 * Na + // of q and k
  transposes * 3 * Na + // transposed back
  3 * Na + // concatenated
  NH; // of the norm's output

const feedForwardGradients = ({ NH, NF }: Symbols): number =>
  NF + // of GELU
  2 * NF + // of both its factors
  4 * NF + // square, minus, exp and product, which Erf's gradient computes at once
  NF + // of u/√2
  NF + // of u through u/2
  NF + // sum of both gradients of u
  NH; // of the norm's output

/** Floats of a block's variables. */
export const blockVariables = ({ H, a, F }: Symbols): number => 4 * H * a + 2 * H * F + 3 * a + 6 * H + F;

/** Floats that the backward of one block makes beside gradients of variables, its temporaries left out. */
export const blockGradients = (symbols: Symbols): number =>
  2 * normGradients(symbols) + attentionGradients(symbols) + feedForwardGradients(symbols);
