/** What tfjs's tape keeps after forward: each buffer once, under the component whose op made it. */
import type { Prediction } from '../estimator.ts';
import { floats, type Symbols } from './tfjsSymbols.ts';

/** The 4-byte loss included: L(26NH + 7NF + 3A + 8N + 6) + 7NH + 5N + 2NV + SH + S + 4, the S on a CPU only. */
export function tape({ L, S, N, NH, NF, NV, A, SH, host }: Symbols): Prediction {
  const norm =
    N + // mean (Sub.b)
    NH + // x − mean (Square.x, Mul.a)
    NH + // its square (Mean.x)
    N + // variance (Add.a)
    1 + // ε (Add.b)
    N + // variance + ε (Rsqrt.x)
    N + // 1/std (Mul.b)
    NH + // normalised (Mul.a)
    NH + // times the gain (Add.a)
    NH; // plus the bias (MatMul.a)

  const attention =
    3 * NH + // qkv before its bias (Add.a)
    3 * NH + // q, k and v (Reshape.x)
    3 * NH + // transposed to heads (MatMul.a, .b)
    A + // q·kᵀ (Mul.a)
    1 + // the scale 1/√headSize (Mul.b)
    A + // scaled (Add.a)
    A + // softmax (Softmax.y, MatMul.a)
    NH + // context, heads joined (MatMul.a)
    NH + // output before its bias (Add.a)
    NH; // output (the residual Add.b)

  const feedForward =
    NF + // up before its bias (Add.a)
    NF + // u, GELU's input (Mul.a twice)
    1 + // ½ (Mul.b)
    NF + // u/2 (Mul.a)
    1 + // 1/√2 (Mul.b)
    NF + // u/√2 (Erf.x)
    NF + // erf (Add.a)
    1 + // 1 (Add.b)
    NF + // 1 + erf (Mul.b)
    NF + // GELU (MatMul.a)
    NH + // down before its bias (Add.a)
    NH; // down (the residual Add.b)

  return floats({
    embedding:
      NH + // gathered token rows (Add.a)
      SH + // gathered position rows (Add.b)
      NH + // their sum, the first block's input
      host * S, // position ids, int32 (GatherV2.indices)
    normalization: L * 2 * norm + norm, // two per block and the final one
    attention: L * attention,
    'feed-forward': L * feedForward,
    residual: L * (NH + NH), // after attention; after the feed-forward, the next block's or the final norm's input
    // The head's logits are not kept, and its input is the final norm's last buffer.
    loss:
      NV + // one-hot targets as float32 (saved by softmaxCrossEntropy)
      NV + // log-probabilities (the same)
      N + // losses of the tokens (Sum.x)
      1 + // their sum (RealDiv.a)
      1 + // their number (RealDiv.b)
      1, // the loss
  });
}
