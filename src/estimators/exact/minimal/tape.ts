/**
 * What the tape keeps where every operation of the model brings its own gradient (`step.savedTensors: minimal`): for each what the table
 * in its file under src/model says, each buffer once, under the component whose op made it.
 *
 * float32, a decoder with learned positions, pre-norm, GELU and biases: 4 · (L(8NH + 2NF + A + 4N) + 2NH + 2N + NV + 1) bytes.
 */
import type { RunConfig } from '../../../config/schema.ts';
import { itemised, type Prediction } from '../../estimator.ts';
import { type ByComponent, plus, times } from '../byComponent.ts';
import { type Pass, passOf, type Stack } from '../pass.ts';
import { BOOL, WIDE } from '../widths.ts';

export function minimalTape(config: RunConfig): Prediction {
  const pass = passOf(config);
  return itemised(plus(toLogits(pass), loss(pass)));
}

/** Without the loss. */
export const minimalTapeToLogits = (config: RunConfig): ByComponent => toLogits(passOf(config));

function toLogits(pass: Pass): ByComponent {
  const { architecture } = pass.model;
  const stacks =
    architecture === 'encoder-decoder' ? [stack(pass, false), memory(pass), stack(pass, true)] : [stack(pass, false)];
  return plus(...stacks, head(pass));
}

/** Bytes of which elements of the stream stay, of one dropout. */
const streamMask = ({ dropout, NH }: Pass): number => (dropout ? NH * BOOL : 0);

/** Embedding, blocks and the closing norm, whose output belongs to whoever takes it. `cross`: with attention to another stack's output. */
function stack(pass: Pass, cross: boolean): ByComponent {
  const { model, widths, recomputed, pre, NH } = pass;
  const { stream, copiesOperands } = widths;
  const embedding = { embedding: streamMask(pass) }; // ids are an input
  if (recomputed !== null) {
    // What enters each segment; the last one's output is the final norm's input, with post-norm the next product's.
    const between = { [pre ? 'residual' : 'normalization']: (recomputed.length - 1) * NH * stream };
    const last = pre ? { residual: NH * stream } : copiesOperands ? {} : { normalization: NH * stream };
    return plus(embedding, { embedding: NH * stream }, between, last, pre ? statistics(pass) : {});
  }
  // The first norm's input, with post-norm the first product's, unless that makes its own copy.
  const entering = pre || !copiesOperands ? { embedding: NH * stream } : {};
  return plus(embedding, entering, times(model.layers, block(pass, cross)), pre ? statistics(pass) : {});
}

/** Of a block that is run again. */
export const minimalBlockTape = (pass: Pass, { cross }: Stack): ByComponent =>
  block({ ...pass, recomputed: null }, cross);

function block(pass: Pass, cross: boolean): ByComponent {
  return plus(
    part(pass, 'attention', selfAttention(pass)),
    cross ? part(pass, 'attention', crossAttention(pass)) : {},
    part(pass, 'feed-forward', feedForward(pass)),
  );
}

/** One part of a block with its norm and its sum. */
function part(pass: Pass, name: 'attention' | 'feed-forward', own: number): ByComponent {
  const { widths, pre, NH } = pass;
  const { stream, product, copiesOperands } = widths;
  // The part's input. Pre: the norm's output. Post: the stream, counted where the norm before made it.
  const input = copiesOperands ? { [name]: NH * product } : { normalization: pre ? NH * product : 0 };
  // Post: the norm's output is the stream, kept by the product that takes it unless that makes its own copy.
  const output = pre || copiesOperands ? 0 : NH * stream;
  return plus(input, statistics(pass), {
    [name]: own,
    residual:
      streamMask(pass) + // which elements of the part's output stay
      NH * stream, // the sum: the input of a norm
    normalization: output,
  });
}

/** Of each row of a norm. */
const statistics = ({ model, N }: Pass): ByComponent => ({
  normalization:
    N * WIDE + // 1/√…
    (model.normalization === 'layer-norm' ? N * WIDE : 0), // mean
});

function selfAttention(pass: Pass): number {
  const { model, NQ } = pass;
  const { hiddenSize: H, heads, keyValueHeads, headSize } = model;
  return (
    weights(pass, H * (heads + 2 * keyValueHeads) * headSize) + // of qkv
    scaledDotProductTape(pass) +
    NQ * pass.widths.product + // context, heads joined: the output's input
    weights(pass, heads * headSize * H) // of the output
  );
}

function crossAttention(pass: Pass): number {
  const { widths, recomputed, NH } = pass;
  return (
    selfAttention(pass) + // q and kv have qkv's weights between them
    (widths.copiesOperands && recomputed === null ? NH * widths.product : 0) // a copy of the encoder's output for each block
  );
}

/** q, k and v included. */
export function scaledDotProductTape({ model, widths, selective, NQ, NK, A }: Pass): number {
  const { product, probabilities, copiesOperands } = widths;
  const heads = NQ * product + 2 * NK * product; // q; k and v
  if (selective) return heads;
  const dropped = A * BOOL + A * product; // which stay, and what stays
  return heads + A * probabilities + (model.dropout > 0 ? dropped : copiesOperands ? A * product : 0);
}

function feedForward(pass: Pass): number {
  const { model, widths, NH, NF } = pass;
  const { hiddenSize: H, feedForwardSize: F, gatedFeedForward: gated, activation } = model;
  const { product, copiesOperands } = widths;
  return (
    (gated && copiesOperands ? NH * product : 0) + // the second copy of the input: gate and up make one each
    (activation === 'relu' ? 0 : NF * product) + // the activation's input; of ReLU the output does
    NF * product + // the activation's output: the input of down, or the gate
    (gated ? NF * product : 0) + // what goes through the gate
    (gated ? NF * product : 0) + // what came through it: the input of down
    weights(pass, (gated ? 3 : 2) * H * F) // of gate, up and down
  );
}

/** A product's copy of its weight matrix. */
const weights = ({ widths }: Pass, elements: number): number => elements * widths.weightCopy;

/** The encoder's output, which every block of the decoder looks at. */
function memory({ widths, recomputed, pre, NH }: Pass): ByComponent {
  const { stream, product, copiesOperands } = widths;
  if (recomputed !== null) return { normalization: pre || copiesOperands ? NH * stream : 0 };
  return { normalization: pre && !copiesOperands ? NH * product : 0 };
}

function head(pass: Pass): ByComponent {
  const { model, widths, pre, NH } = pass;
  const { product, copiesOperands } = widths;
  const input = copiesOperands ? { head: NH * product } : { normalization: pre ? NH * product : 0 };
  return plus(input, { head: weights(pass, model.hiddenSize * model.vocabularySize) });
}

function loss({ widths, NV }: Pass): ByComponent {
  return {
    loss:
      NV * WIDE + // log-probabilities
      (widths.copiesOperands ? NV * widths.product : 0) + // as they came, before they were widened
      WIDE, // the loss
  };
}
