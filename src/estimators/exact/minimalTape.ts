/**
 * What the tape keeps where every operation of the model brings its own gradient (`step.savedTensors: minimal`): for each what the table
 * in its file under src/model says, each buffer once, under the component whose op made it.
 *
 * float32, a decoder with learned positions, pre-norm, GELU and biases: 4 · (L(8NH + 2NF + A + 4N) + 2NH + 2N + NV + 1) bytes.
 */
import type { RunConfig } from '../../config/schema.ts';
import { itemised, type Prediction } from '../estimator.ts';
import { type ByComponent, plus, times } from './byComponent.ts';
import { segments } from './segments.ts';
import { BOOL, WIDE, type Widths, widthsOf } from './widths.ts';

interface Forward {
  readonly model: RunConfig['model'];
  readonly widths: Widths;
  readonly selective: boolean;
  /** Blocks in each segment that is run again; null where none is. */
  readonly recomputed: readonly number[] | null;
  readonly pre: boolean;
  /** Tokens, B·S. */
  readonly N: number;
  readonly NH: number;
  /** Queries, and keys or values, of every token. */
  readonly NQ: number;
  readonly NK: number;
  readonly NF: number;
  /** The attention scores, B·heads·S². */
  readonly A: number;
  /** Bytes of which elements of the stream stay, of one dropout. */
  readonly streamMask: number;
}

export function minimalTape(config: RunConfig): Prediction {
  const forward = forwardOf(config);
  return itemised(plus(toLogits(forward), loss(forward)));
}

/** Without the loss. */
export const minimalTapeToLogits = (config: RunConfig): ByComponent => toLogits(forwardOf(config));

function forwardOf(config: RunConfig): Forward {
  const { model, batch, step } = config;
  const [B, S] = [batch.size / step.microBatches, batch.sequenceLength];
  const N = B * S;
  const NH = N * model.hiddenSize;
  return {
    model,
    widths: widthsOf(step.precision),
    selective: step.checkpointing === 'selective',
    recomputed: segments(config),
    pre: model.normalizationPlacement === 'pre',
    N,
    NH,
    NQ: N * model.heads * model.headSize,
    NK: N * model.keyValueHeads * model.headSize,
    NF: N * model.feedForwardSize,
    A: B * model.heads * S * S,
    streamMask: model.dropout > 0 ? NH * BOOL : 0,
  };
}

function toLogits(forward: Forward): ByComponent {
  const { architecture } = forward.model;
  const stacks =
    architecture === 'encoder-decoder'
      ? [stack(forward, false), memory(forward), stack(forward, true)]
      : [stack(forward, false)];
  return plus(...stacks, head(forward));
}

/** Embedding, blocks and the closing norm, whose output belongs to whoever takes it. `cross`: with attention to another stack's output. */
function stack(forward: Forward, cross: boolean): ByComponent {
  const { model, widths, recomputed, pre, NH, streamMask } = forward;
  const { stream, copiesOperands } = widths;
  const embedding = { embedding: streamMask }; // ids are an input
  if (recomputed !== null) {
    // What enters each segment; the last one's output is the final norm's input, with post-norm the next product's.
    const between = { [pre ? 'residual' : 'normalization']: (recomputed.length - 1) * NH * stream };
    const last = pre ? { residual: NH * stream } : copiesOperands ? {} : { normalization: NH * stream };
    return plus(embedding, { embedding: NH * stream }, between, last, pre ? statistics(forward) : {});
  }
  // The first norm's input, with post-norm the first product's, unless that makes its own copy.
  const entering = pre || !copiesOperands ? { embedding: NH * stream } : {};
  return plus(embedding, entering, times(model.layers, block(forward, cross)), pre ? statistics(forward) : {});
}

function block(forward: Forward, cross: boolean): ByComponent {
  return plus(
    part(forward, 'attention', selfAttention(forward)),
    cross ? part(forward, 'attention', crossAttention(forward)) : {},
    part(forward, 'feed-forward', feedForward(forward)),
  );
}

/** One part of a block with its norm and its sum. */
function part(forward: Forward, name: 'attention' | 'feed-forward', own: number): ByComponent {
  const { widths, pre, NH, streamMask } = forward;
  const { stream, product, copiesOperands } = widths;
  // The part's input. Pre: the norm's output. Post: the stream, counted where the norm before made it.
  const input = copiesOperands ? { [name]: NH * product } : { normalization: pre ? NH * product : 0 };
  // Post: the norm's output is the stream, kept by the product that takes it unless that makes its own copy.
  const output = pre || copiesOperands ? 0 : NH * stream;
  return plus(input, statistics(forward), {
    [name]: own,
    residual:
      streamMask + // which elements of the part's output stay
      NH * stream, // the sum: the input of a norm
    normalization: output,
  });
}

/** Of each row of a norm. */
const statistics = ({ model, N }: Forward): ByComponent => ({
  normalization:
    N * WIDE + // 1/√…
    (model.normalization === 'layer-norm' ? N * WIDE : 0), // mean
});

function selfAttention(forward: Forward): number {
  const { model, NQ } = forward;
  const { hiddenSize: H, heads, keyValueHeads, headSize } = model;
  return (
    weights(forward, H * (heads + 2 * keyValueHeads) * headSize) + // of qkv
    scaledDotProduct(forward) +
    NQ * forward.widths.product + // context, heads joined: the output's input
    weights(forward, heads * headSize * H) // of the output
  );
}

function crossAttention(forward: Forward): number {
  const { widths, recomputed, NH } = forward;
  return (
    selfAttention(forward) + // q and kv have qkv's weights between them
    (widths.copiesOperands && recomputed === null ? NH * widths.product : 0) // a copy of the encoder's output for each block
  );
}

function scaledDotProduct({ model, widths, selective, NQ, NK, A }: Forward): number {
  const { product, probabilities, copiesOperands } = widths;
  const heads = NQ * product + 2 * NK * product; // q; k and v
  if (selective) return heads;
  const dropped = A * BOOL + A * product; // which stay, and what stays
  return heads + A * probabilities + (model.dropout > 0 ? dropped : copiesOperands ? A * product : 0);
}

function feedForward(forward: Forward): number {
  const { model, widths, NH, NF } = forward;
  const { hiddenSize: H, feedForwardSize: F, gatedFeedForward: gated, activation } = model;
  const { product, copiesOperands } = widths;
  return (
    (gated && copiesOperands ? NH * product : 0) + // the second copy of the input: gate and up make one each
    (activation === 'relu' ? 0 : NF * product) + // the activation's input; of ReLU the output does
    NF * product + // the activation's output: the input of down, or the gate
    (gated ? NF * product : 0) + // what goes through the gate
    (gated ? NF * product : 0) + // what came through it: the input of down
    weights(forward, (gated ? 3 : 2) * H * F) // of gate, up and down
  );
}

/** A product's copy of its weight matrix. */
const weights = ({ widths }: Forward, elements: number): number => elements * widths.weightCopy;

/** The encoder's output, which every block of the decoder looks at. */
function memory({ widths, recomputed, pre, NH }: Forward): ByComponent {
  const { stream, product, copiesOperands } = widths;
  if (recomputed !== null)
    return { normalization: pre ? NH * (copiesOperands ? WIDE : product) : copiesOperands ? NH * stream : 0 };
  return { normalization: pre && !copiesOperands ? NH * product : 0 };
}

function head(forward: Forward): ByComponent {
  const { model, widths, pre, NH } = forward;
  const { product, copiesOperands } = widths;
  const input = copiesOperands ? { head: NH * product } : { normalization: pre ? NH * product : 0 };
  return plus(input, { head: weights(forward, model.hiddenSize * model.vocabularySize) });
}

function loss({ model, widths, N }: Forward): ByComponent {
  const NV = N * model.vocabularySize;
  return {
    loss:
      NV * WIDE + // log-probabilities
      (widths.copiesOperands ? NV * widths.product : 0) + // as they came, before they were widened
      WIDE, // the loss
  };
}
