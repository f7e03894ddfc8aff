/**
 * What tfjs's backward has added to the tape when it is fullest. Nothing is freed until its end: every gradient of an
 * activation stays, and of two gradients of one tensor the second and the sum stay.
 *
 * A buffer counts under the component whose op is differentiated; a sum under the component whose gradient completed it;
 * the whole gradient of a variable under `gradients`.
 */
import type { RunConfig } from '../../config/schema.ts';
import { itemised, type Prediction, together } from '../estimator.ts';
import { blocksTape } from './autodiff/tape.ts';
import { segments } from './segments.ts';
import { floats, type Symbols, symbols } from './tfjsSymbols.ts';

/** The live bytes of tape and backward together, over the level before forward, at the fullest of the three places. */
export function retainingPeak(config: RunConfig, tape: Prediction): Prediction {
  const all = symbols(config);
  const recomputed = segments(config);
  const [first = 0, ...later] = recomputed ?? [];
  const run = recomputed === null ? all.L : first; // blocks whose whole backward is there when the first block's is
  const outside = together(together(tape, outsideBlocks(all)), floats(microBatchWeight(config)));
  // Of a segment that is done its input's gradient is left, and those of its variables.
  const done = floats({
    normalization: later.length * all.NH,
    gradients: (all.L - run) * blockVariables(all),
  });
  // The first segment's tape and backward live until the gradients of its inputs are there.
  const again = recomputed === null ? itemised({}) : itemised(blocksTape(config, run));
  const inFirst = together(together(outside, done), together(again, throughBlocks(all, run)));
  const after =
    recomputed === null
      ? inFirst
      : together(together(outside, done), floats({ normalization: all.NH, gradients: run * blockVariables(all) }));
  return [
    together(after, atEmbedding(all)),
    together(inFirst, atFirstNorm(all)),
    together(inFirst, atFirstGelu(all)),
  ].reduce(larger);
}

/** Unsupported if either is; the first of two that are equal. */
export function larger(a: Prediction, b: Prediction): Prediction {
  if (a.kind === 'unsupported') return a;
  return b.kind === 'unsupported' || b.total > a.total ? b : a;
}

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

/** What the backward of `count` blocks has made when it is done. */
const throughBlocks = (symbols: Symbols, count: number): Prediction =>
  floats({
    normalization: count * 2 * normGradients(symbols),
    attention: count * attentionGradients(symbols),
    'feed-forward': count * feedForwardGradients(symbols),
    gradients: count * blockVariables(symbols),
  });

/** What the loss, the head and the final norm have made. */
function outsideBlocks(symbols: Symbols): Prediction {
  const { H, N, NH, NV, VH, tied } = symbols;
  return floats({
    normalization: normGradients(symbols),
    head: NH + (tied ? VH : 0), // of its input; a tied weight's gradient is not whole yet
    loss:
      6 * NV + // softmaxCrossEntropy computes the gradients of labels and of logits at once, three buffers each
      2 * N + // of the tokens' losses, and the ones that Sum spreads it with
      2, // of the loss, and of the sum
    gradients:
      2 * H + // of the final norm
      (tied ? 0 : VH), // of the head
  });
}

/** With several micro-batches the loss of each has a weight: its gradient times that. */
export const microBatchWeight = ({ step }: RunConfig): { readonly loss: number } => ({
  loss: step.microBatches > 1 ? 1 : 0,
});

/** The last gradient of all: UnsortedSegmentSum for the token embedding, or, if tied, the Add that joins it with the head's. */
const atEmbedding = ({ SH, MH, VH, tied, host }: Symbols): Prediction =>
  floats({
    embedding:
      SH + // of the gathered position rows
      (tied ? VH : 2 * host), // the part of a tied gradient; else the int32 shape of the Reshape that follows, on the host
    gradients: MH + VH,
  });

/** The last large temporaries of the blocks: the first norm's Mean multiplies with ones and divides. */
const atFirstNorm = ({ NH }: Symbols): Prediction => floats({ normalization: 2 * NH + 1 });

/**
 * Where both gradients of GELU's input in the first block are joined: the first of them is freed right after the Add. Fullest
 * only if NF outweighs all that follows in that block (F far above 4H), which is therefore taken off.
 */
function atFirstGelu(symbols: Symbols): Prediction {
  const { H, a, F, NH, NF } = symbols;
  return floats({
    'feed-forward': NF - NH,
    normalization: -2 * normGradients(symbols),
    attention: -attentionGradients(symbols),
    gradients: -(
      H * F +
      F + // up weight and bias
      4 * H + // both norms
      4 * H * a + // attention's weights
      3 * a + // and biases
      H
    ),
  });
}

/**
 * After the backward of a micro-batch its gradients are added to those before, one variable after another: both summands and the sum of one
 * are there at once. Over the gradients that are held already.
 */
export function accumulationFloats(sizes: readonly number[]): { readonly gradients: number; readonly loss: number } {
  const P = sizes.reduce((sum, size) => sum + size, 0);
  let done = 0;
  let most = 0;
  for (const size of sizes) {
    most = Math.max(most, P - done + size);
    done += size;
  }
  return { gradients: most, loss: 1 };
}
