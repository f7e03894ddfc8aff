/**
 * What forward saves for backward on PyTorch eager, each storage once, under the part of the model that saves it first. Found in
 * results/published (saved_tensors_hooks; 2.15.0 on a CPU and on simulated CUDA, 2.11.0 on an H200), where it is exact.
 */
import type { RunConfig } from '../../../config/schema.ts';
import { type ByComponent, plus, times } from '../byComponent.ts';
import { ofLastConfig } from '../ofLastConfig.ts';
import { WIDE } from '../widths.ts';
import { INT64, pytorchSizes, pytorchWidths } from './symbols.ts';

/** Bytes of saved tensors. The 16-bit copies of weights that autocast makes are told apart, under the part that multiplies with them. */
export interface Saved {
  readonly tensors: ByComponent;
  readonly weightCopies: ByComponent;
}

export const savedByForward = ofLastConfig((config): Saved => {
  const { model, step } = config;
  const { N, NH, NV, VH, L } = pytorchSizes(config);
  const { weight, product, autocast, statistic, dropoutMask } = pytorchWidths(config);
  const outside: ByComponent = {
    embedding: NH * dropoutMask(weight),
    normalization: NH * weight + 2 * N * statistic, // of the closing norm
    head: NH * product,
    loss:
      NV * weight + // log-probabilities
      // CUDA's log-softmax stays in 16 bits, and its result is widened for the loss; a CPU widens the logits before.
      (autocast && config.runtime.device === 'gpu' ? NV * product : 0) +
      weight, // the number of tokens, by which the sum of losses is divided
  };
  const head: ByComponent = autocast ? { head: VH * product } : {};
  // Of a block only what enters it is kept. What leaves the last one is the closing norm's.
  if (step.checkpointing === 'block')
    return { tensors: plus(outside, { residual: L * NH * weight }), weightCopies: head };
  const block = savedByBlock(config);
  return {
    tensors: plus(outside, times(model.layers, block.tensors)),
    weightCopies: plus(head, times(model.layers, block.weightCopies)),
  };
});

/** Of one block, run without checkpointing. */
export const savedByBlock = ofLastConfig((config): Saved => {
  const { model } = config;
  const { H, F, N, NH, NF } = pytorchSizes(config);
  const { weight, product, autocast, statistic, dropoutMask } = pytorchWidths(config);
  const activation = model.activation === 'relu' ? 1 : 2; // GELU's input beside the output; of ReLU the output does for both
  return {
    tensors: {
      normalization: 2 * (NH * weight + 2 * N * statistic), // two norms: their input, mean and 1/σ
      attention:
        NH * product + // the input of QKV
        3 * NH * product + // q, k and v
        attentionCore(config) +
        NH * product, // the input of the output projection
      'feed-forward': NH * product + activation * NF * product,
      residual: 2 * NH * dropoutMask(product), // of what attention and feed-forward add
    },
    weightCopies: autocast ? { attention: 4 * H * H * product, 'feed-forward': 2 * H * F * product } : {},
  };
});

/** What scores and probabilities leave. */
export function attentionCore(config: RunConfig): number {
  const { model, runtime } = config;
  const { A, S, B, a, rows } = pytorchSizes(config);
  const { product, softmax, autocast, dropoutMask } = pytorchWidths(config);
  if (model.attention === 'fused') {
    if (runtime.device === 'cpu') return rows * WIDE; // log-sum-exp of each row
    const padded = product === WIDE ? B * a * Math.ceil(S / 32) * 32 : rows; // the memory-efficient kernel's, in tiles of 32
    return padded * WIDE + 2 * INT64; // and the seeds of its dropout, with or without one
  }
  const own = model.dropout > 0 || autocast ? A * product : 0; // what is multiplied with v, where it is not softmax's own result
  return A * softmax + A * dropoutMask(softmax) + own;
}
