/**
 * Bounds of what forward and backward on PyTorch eager hold away from the places where their peaks were measured: never less than they do,
 * operation by operation, in the order of autograd's nodes. Backward is bounded in its first and its last block, for between them bytes
 * change by the same amount a block.
 */
import type { RunConfig } from '../../../config/schema.ts';
import type { ByComponent } from '../byComponent.ts';
import { exactParameterCount } from '../parameterCount.ts';
import { attentionCore, type Saved, savedByBlock, savedByForward } from './saved.ts';
import { pytorchSizes, pytorchWidths } from './symbols.ts';

const sum = (parts: ByComponent): number => Object.values(parts).reduce((total, count) => total + count, 0);
const bytesOf = ({ tensors, weightCopies }: Saved): number => sum(tensors) + sum(weightCopies);
const partOf = ({ tensors, weightCopies }: Saved, name: 'feed-forward' | 'head'): number =>
  (tensors[name] ?? 0) + (weightCopies[name] ?? 0);

/** Of forward before the head. `between`: bytes between steps. */
export function forwardBound(config: RunConfig, between: number): number {
  const { NH, NF, A } = pytorchSizes(config);
  const { weight, product, softmax, autocast } = pytorchWidths(config);
  const saved = savedByForward(config);
  const block = savedByBlock(config);
  const recomputed = config.step.checkpointing === 'block';
  const scores = config.model.attention === 'unfused' ? 2 * A * softmax : 0; // before and after scale, mask or softmax
  const stream = 3 * NH * weight; // with a norm's output and a sum
  const inAttention = scores + 4 * NH * product + (recomputed ? sum(block.tensors) : 0);
  const inFeedForward = NF * product + NH * product + (recomputed ? sum(block.tensors) : 0);
  // Attention of the last block comes before all that its feed-forward saves.
  const later = recomputed ? 0 : partOf(block, 'feed-forward');
  const { layers: L, hiddenSize: H, feedForwardSize: F } = config.model;
  const copies = autocast ? 2 * L * (recomputed ? 4 * H * H + 2 * H * F : 0) + 2 * L * (5 * H + F) : 0;
  const before = bytesOf(saved) - (saved.tensors.loss ?? 0) - partOf(saved, 'head') + copies;
  return between + before + stream + Math.max(inAttention - later, inFeedForward);
}

interface Levels {
  /** Bytes between steps, and when forward is done. */
  readonly between: number;
  readonly forwardEnd: number;
}

/** Of backward away from the loss, from the head in one precision, and from the sum of a tied weight's gradients. */
export function backwardBound(config: RunConfig, { between, forwardEnd }: Levels): number {
  const { H, NH, NV, VH } = pytorchSizes(config);
  const { weight, product, autocast } = pytorchWidths(config);
  const { tiedEmbedding, maxPositions } = config.model;
  const kept = config.step.gradients === 'kept';
  const saved = savedByForward(config);
  const block = savedByBlock(config);
  const scalars = 2 * weight; // the loss and its gradient
  const held = (elements: number) => (kept ? 0 : weight * elements);

  // The head under autocast makes the gradient of its weight in 16 bits and widens it.
  const atLossEnd = forwardEnd - (saved.tensors.loss ?? 0) + scalars;
  const atHead = autocast ? atLossEnd + NV * product + (product + weight) * (VH + NH) : 0;

  // Where a weight is shared, its first gradient waits for the second, also if an old one is kept.
  const waiting = tiedEmbedding ? weight * VH : held(VH);
  const afterHead = atLossEnd - partOf(saved, 'head') + waiting + held(2 * H);
  const atClosingNorm = afterHead + 4 * NH * weight;
  const recomputed = config.step.checkpointing === 'block' ? bytesOf(block) : 0;
  const closingNorm = NH * weight; // its input has been freed
  const atLastBlock = afterHead - closingNorm + recomputed + insideBlock(config);

  const P = exactParameterCount(config);
  const late = blockParameters(config) + maxPositions * H + (tiedEmbedding ? 0 : VH); // that have no gradient in the first block
  const earlier = kept ? (tiedEmbedding ? weight * VH : 0) : weight * (P - late);
  const atFirstBlock =
    between + earlier + scalars + (saved.tensors.embedding ?? 0) + bytesOf(block) + insideBlock(config);

  // Gradients of both embeddings, in new tensors where old ones are kept; a shared weight has two.
  const beside = weight * ((kept ? VH + maxPositions * H : 0) + (tiedEmbedding ? VH : 0));
  const atEmbedding = between + held(P) + beside + scalars + 2 * NH * weight + (saved.tensors.embedding ?? 0);
  return Math.max(atHead, atClosingNorm, atLastBlock, atFirstBlock, atEmbedding);
}

/** Elements of the parameters of a block. */
function blockParameters({ model }: RunConfig): number {
  const { hiddenSize: H, feedForwardSize: F } = model;
  return 4 * H * H + 2 * H * F + (model.biases ? 9 * H + F : 2 * H);
}

/** Over all that the block has saved, while it goes back. */
function insideBlock(config: RunConfig): number {
  const { H, F, NH, NF, A } = pytorchSizes(config);
  const { weight, product, softmax, autocast } = pytorchWidths(config);
  const { model, step } = config;
  const block = savedByBlock(config);
  const held = (elements: number) => (step.gradients === 'kept' ? 0 : weight * elements);
  /** Of a weight, while it is made: under autocast in 16 bits and widened. */
  const made = (elements: number) => (weight + (autocast ? product : 0)) * elements;
  const stream = NH * weight; // the gradient of the residual stream
  const cast = (autocast ? NH * product : 0) + (model.dropout > 0 ? NH * product : 0);
  const relu = model.activation === 'relu';
  const feedForward = partOf(block, 'feed-forward');
  const core = attentionCore(config);
  const done = held(2 * H * F);

  const down = stream + cast + NF * product + made(H * F);
  const activation = stream + cast + (relu ? 2 : 1) * NF * product + held(H * F);
  const up = stream + cast + NH * product + held(H * F) + made(H * F) - (relu ? 0 : NF * product);
  const norm = done - feedForward + 4 * NH * weight;
  const scores = model.attention === 'unfused' ? 3 * A * softmax : 3 * NH * product;
  const values = done - feedForward + stream + cast + 2 * NH * product + held(H * H) + scores;
  const output = done - feedForward + stream + cast + NH * product + made(H * H);
  const qkv = done - feedForward - core + stream + 7 * NH * product + held(H * H) + made(3 * H * H);
  const vectors = weight * (9 * H + F); // gradients of biases and norms
  return Math.max(down, activation, up, norm, values, output, qkv) + vectors;
}
