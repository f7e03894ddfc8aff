/**
 * What tfjs's backward has added to the tape when it is fullest. Nothing is freed until its end: every gradient of an
 * activation stays, and of two gradients of one tensor the second and the sum stay.
 *
 * A buffer counts under the component whose op is differentiated; a sum under the component whose gradient completed it;
 * the whole gradient of a variable under `gradients`.
 */
import { type Prediction, together } from '../estimator.ts';
import { floats, type Symbols } from './tfjsSymbols.ts';

/** The live bytes of tape and backward together, over the steady state, at the fullest of the three places. */
export function backwardPeak(tape: Prediction, symbols: Symbols): Prediction {
  const throughBlocks = together(tape, beforeEmbedding(symbols));
  const places = [atEmbedding(symbols), atFirstNorm(symbols), atFirstGelu(symbols)];
  return places.map((place) => together(throughBlocks, place)).reduce(larger);
}

export const larger = (a: Prediction, b: Prediction): Prediction =>
  a.kind === 'bytes' && b.kind === 'bytes' && b.total > a.total ? b : a;

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

const attentionGradients = ({ NH, A }: Symbols): number =>
  NH + // of the context
  NH + // transposed to heads
  A + // of the probabilities
  NH + // of v
  A + // probabilities · dy, which Softmax's gradient computes at once
  A + // of the masked scores
  A + // of q·kᵀ
  2 * NH + // of q and k
  3 * NH + // transposed back
  3 * NH + // concatenated
  NH; // of the norm's output

const feedForwardGradients = ({ NH, NF }: Symbols): number =>
  NF + // of GELU
  2 * NF + // of both its factors
  4 * NF + // square, minus, exp and product, which Erf's gradient computes at once
  NF + // of u/√2
  NF + // of u through u/2
  NF + // sum of both gradients of u
  NH; // of the norm's output

/** Everything after the last block's work is done and before the embedding's own gradients. */
function beforeEmbedding(symbols: Symbols): Prediction {
  const { L, H, F, N, NH, NV, VH, tied } = symbols;
  return floats({
    normalization: (2 * L + 1) * normGradients(symbols),
    attention: L * attentionGradients(symbols),
    'feed-forward': L * feedForwardGradients(symbols),
    head: NH + (tied ? VH : 0), // of its input; a tied weight's gradient is not whole yet
    loss:
      6 * NV + // softmaxCrossEntropy computes the gradients of labels and of logits at once, three buffers each
      2 * N + // of the tokens' losses, and the ones that Sum spreads it with
      2, // of the loss, and of the sum
    gradients:
      L * (4 * H * H + 2 * H * F + 9 * H + F) + // of every block's variables
      2 * H + // of the final norm
      (tied ? 0 : VH), // of the head
  });
}

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
  const { H, F, NH, NF } = symbols;
  return floats({
    'feed-forward': NF - NH,
    normalization: -2 * normGradients(symbols),
    attention: -attentionGradients(symbols),
    gradients: -(
      H * F +
      F + // up weight and bias
      4 * H + // both norms
      4 * H * H + // attention's weights
      4 * H // and biases
    ),
  });
}
