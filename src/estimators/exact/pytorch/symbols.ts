/** Sizes and widths of one micro-batch on PyTorch, for the forms of what it saves and of its peaks. */
import type { RunConfig } from '../../../config/schema.ts';
import { BOOL, WIDE } from '../widths.ts';

/** Of an element in 16 bits. */
const NARROW = 2;
/** Ids, positions and targets are int64. */
export const INT64 = 8;

/** Widths in bytes per element. */
export interface PytorchWidths {
  /** Weights, their gradients and Adam's moments; the residual stream and what norms save of it; the loss. */
  readonly weight: number;
  /** What enters linear layers and comes out of them. */
  readonly product: number;
  /** Autocast: linear layers take 16-bit copies of the weights, and softmax is in 32 bits. */
  readonly autocast: boolean;
  /** Probabilities as softmax makes them. */
  readonly softmax: number;
  /** Mean and 1/σ of a row: CPU kernels keep them in the type of the input, CUDA's in 32 bits. */
  readonly statistic: number;
  /** Which elements of a dropout's input of `width` bytes stay: a bool on CUDA, a factor of the input's type on a CPU. */
  readonly dropoutMask: (width: number) => number;
}

export function pytorchWidths({ model, step, runtime }: RunConfig): PytorchWidths {
  const autocast = step.precision.startsWith('autocast-');
  const wide = autocast || step.precision === 'float32';
  const weight = wide ? WIDE : NARROW;
  const gpu = runtime.device === 'gpu';
  return {
    weight,
    product: autocast || !wide ? NARROW : WIDE,
    autocast,
    // CUDA's autocast asks for it; a CPU's does not, but there the 32-bit mask that is added makes it so.
    softmax: weight,
    statistic: gpu ? WIDE : weight,
    dropoutMask: (width) => (model.dropout === 0 ? 0 : gpu ? BOOL : width),
  };
}

/** Numbers of elements, by their usual letters. */
export function pytorchSizes({ model, batch, step }: RunConfig) {
  const { layers: L, hiddenSize: H, feedForwardSize: F, vocabularySize: V, heads: a } = model;
  const [B, S] = [batch.size / step.microBatches, batch.sequenceLength];
  const N = B * S;
  return { L, H, F, S, N, NH: N * H, NF: N * F, NV: N * V, VH: V * H, A: B * a * S * S, rows: B * a * S, B, a };
}
