/**
 * What tfjs's tape keeps after forward: each buffer once, under the component whose op made it, with its width under each precision.
 *
 * float32: 4 · (L(16NH + 10Na + 7NF + 3A + 8N + 6) + 7NH + 5N + 2NV + SH + S + 4) bytes, a = heads · headSize, the loss included, the S
 * on a CPU only; of a single head 7Na, not 10. Under a cast an operation that only adds or multiplies keeps the cast value, not what was
 * cast.
 *
 * mixed has the tape per layer of a policy that only casts what enters products (elementwise operations in 16 bits, softmax and squares
 * in 32): L(56NH + 14NF + 8A + 32N + 24) bytes. Outside the layers three tensors differ. The embedding's sum has a 16-bit copy (+2NH); the
 * final norm reads that stream and keeps what it makes by element in 16 bits (−8NH); the log-probabilities have 32 bits (+2NV).
 */
import type { RunConfig } from '../../config/schema.ts';
import { itemised, type Prediction } from '../estimator.ts';
import { type ByComponent, plus, times } from './byComponent.ts';
import { segments } from './segments.ts';
import { type Symbols, symbols } from './tfjsSymbols.ts';
import { WIDE, type Widths, widthsOf } from './widths.ts';

interface Forward {
  readonly symbols: Symbols;
  readonly widths: Widths;
  readonly dropout: boolean;
  /** Selective recomputation: of the scaled dot product only q, k and v stay. */
  readonly selective: boolean;
}

const forwardOf = (config: RunConfig): Forward => ({
  symbols: symbols(config),
  widths: widthsOf(config.step.precision),
  dropout: config.model.dropout > 0,
  selective: config.step.checkpointing === 'selective',
});

export const tape = (config: RunConfig): Prediction => itemised(plus(tapeToLogits(config), loss(forwardOf(config))));

/** Without the loss. */
export function tapeToLogits(config: RunConfig): ByComponent {
  const forward = forwardOf(config);
  const { L, NH } = forward.symbols;
  const recomputed = segments(config);
  const blocks =
    recomputed === null ? times(L, block(forward)) : { residual: recomputed.length * NH * forward.widths.stream }; // each segment's output: the next one's or the final norm's input
  return plus(embedding(forward), blocks, norm(forward, 'head'), head(forward));
}

/** Of `count` blocks, as a recomputation keeps them: without the stream that enters the first. */
export const blocksTape = (config: RunConfig, count: number): ByComponent => times(count, block(forwardOf(config)));

function embedding({ symbols: { S, NH, SH, host }, widths, dropout }: Forward): ByComponent {
  const { stream } = widths;
  return {
    embedding:
      NH * WIDE + // gathered token rows (Add.a)
      SH * WIDE + // gathered position rows (Add.b)
      NH * WIDE + // their sum (Reshape.x), in 32 bits the first block's input
      (stream < WIDE ? NH * stream : 0) + // its narrow copy, which is the input then
      (dropout ? dropoutNoise(NH) + NH * stream : 0) + // what stays: then that is the input
      host * S * WIDE, // position ids, int32 (GatherV2.indices)
  };
}

function block(forward: Forward): ByComponent {
  return plus(
    norm(forward, 'attention'),
    attention(forward),
    added(forward, 'attention'),
    norm(forward, 'feed-forward'),
    feedForward(forward),
    added(forward, 'feed-forward'),
  );
}

/** `next` is the product that takes what the norm gives. */
function norm({ symbols: { N, NH }, widths }: Forward, next: 'attention' | 'feed-forward' | 'head'): ByComponent {
  const { stream, product, copiesOperands } = widths;
  const inside =
    N * WIDE + // mean (Sub.b)
    NH * stream + // x − mean (Square.x, Mul.a)
    NH * WIDE + // its square (Mean.x)
    N * WIDE + // variance (Add.a)
    WIDE + // ε (Add.b)
    N * WIDE + // variance + ε (Rsqrt.x)
    N * WIDE + // 1/std (Mul.b)
    NH * stream + // normalised (Mul.a)
    NH * stream; // times the gain (Add.a)
  const output = NH * product; // plus the bias (MatMul.a)
  return plus({ normalization: inside }, { [copiesOperands ? next : 'normalization']: output });
}

function attention({ symbols: { H, a, NH, Na, A, transposes }, widths, dropout, selective }: Forward): ByComponent {
  const { product, copiesOperands, weightCopy } = widths;
  const dropped = A * (copiesOperands ? product : WIDE); // what stays of the probabilities (MatMul.a)
  const scaledDotProduct =
    A * product + // q·kᵀ (Mul.a)
    WIDE + // the scale 1/√headSize (Mul.b)
    A * product + // scaled (Add.a)
    A * WIDE + // softmax (Softmax.y; MatMul.a where neither a copy nor dropout comes between)
    (dropout ? dropoutNoise(A) + dropped : copiesOperands ? A * product : 0);
  return {
    attention:
      3 * Na * product + // qkv before its bias (Add.a)
      3 * Na * product + // q, k and v (Reshape.x)
      transposes * 3 * Na * product + // transposed to heads (MatMul.a, .b)
      (selective ? 0 : scaledDotProduct) +
      Na * product + // context, heads joined (MatMul.a)
      NH * product + // output before its bias (Add.a)
      4 * H * a * weightCopy, // of qkv's and the output's weight (MatMul.b)
  };
}

function feedForward({ symbols: { H, F, NH, NF }, widths }: Forward): ByComponent {
  const { product, weightCopy } = widths;
  return {
    'feed-forward':
      NF * product + // up before its bias (Add.a)
      NF * product + // u, GELU's input (Mul.a twice)
      WIDE + // ½ (Mul.b)
      NF * product + // u/2 (Mul.a)
      WIDE + // 1/√2 (Mul.b)
      NF * product + // u/√2 (Erf.x)
      NF * product + // erf (Add.a)
      WIDE + // 1 (Add.b)
      NF * product + // 1 + erf (Mul.b)
      NF * product + // GELU (MatMul.a)
      NH * product + // down before its bias (Add.a)
      2 * H * F * weightCopy, // of up's and down's weight (MatMul.b)
  };
}

/** A part's output [N, H], from `part`, and its sum with the stream. */
function added({ symbols: { NH }, widths, dropout }: Forward, part: 'attention' | 'feed-forward'): ByComponent {
  const { stream, product } = widths;
  const sum = NH * stream; // the next norm's input (Sub.a)
  if (dropout) {
    const output = NH * product; // Mul.a
    const dropped = NH * stream; // what stays (Add.b)
    return { [part]: output, residual: dropoutNoise(NH) + dropped + sum };
  }
  const output = NH * stream; // Add.b
  return plus({ [stream === product ? part : 'residual']: output }, { residual: sum }); // where it is widened first, the residual did it
}

/**
 * The part of the tape from which no variable can be reached, so that a freeing backward frees it before it begins: of each dropout the
 * random numbers and what they are rounded to, with their scalars.
 */
export function leadingNowhere(config: RunConfig): Prediction {
  const { symbols, dropout, selective } = forwardOf(config);
  const { L, NH, A } = symbols;
  if (!dropout) return itemised({});
  const noise = (elements: number): number => 2 * (elements * WIDE + WIDE);
  const blocks = segments(config) === null ? L : 0;
  return itemised({
    embedding: noise(NH),
    attention: selective ? 0 : blocks * noise(A),
    residual: 2 * blocks * noise(NH),
  });
}

/** tfjs's dropout of `elements`: 1 where an element stays, scaled, by ops of their own (tfjs-core, ops/dropout.ts). */
const dropoutNoise = (elements: number): number =>
  elements * WIDE + // random numbers (Add.a)
  WIDE + // the share that stays (Add.b)
  elements * WIDE + // their sum, rounded down (RealDiv.a)
  WIDE + // the share again (RealDiv.b)
  elements * WIDE; // the quotient (Mul.b)

/** The logits are not kept, and the head's input is counted with the final norm. */
const head = ({ symbols: { VH }, widths }: Forward): ByComponent => ({ head: VH * widths.weightCopy });

const loss = ({ symbols: { N, NV } }: Forward): ByComponent => ({
  loss:
    NV * WIDE + // one-hot targets as float32 (saved by softmaxCrossEntropy)
    NV * WIDE + // log-probabilities (the same)
    N * WIDE + // losses of the tokens (Sum.x)
    WIDE + // their sum (RealDiv.a)
    WIDE + // their number (RealDiv.b)
    WIDE, // the loss
});
