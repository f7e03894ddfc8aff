/** Sizes and widths of one forward pass of a micro-batch. Counts are of elements. */
import type { RunConfig } from '../../config/schema.ts';
import type { Ledger } from '../../records/quantity.ts';
import { segments } from './segments.ts';
import { type Widths, widthsOf } from './widths.ts';

export interface Pass {
  readonly model: RunConfig['model'];
  readonly widths: Widths;
  /** Selective recomputation: of the scaled dot product only q, k and v stay. */
  readonly selective: boolean;
  /** Blocks in each segment that is run again; null where none is. */
  readonly recomputed: readonly number[] | null;
  /** The tape keeps what gradients will need. */
  readonly isRecorded: boolean;
  /** Norms in front of the parts of a block. */
  readonly pre: boolean;
  readonly dropout: boolean;
  readonly S: number;
  /** Tokens, B·S. */
  readonly N: number;
  /** One activation of the model's width, and of the feed-forward width. */
  readonly NH: number;
  readonly NF: number;
  readonly NV: number;
  /** Queries, and keys or values, of every token. */
  readonly NQ: number;
  readonly NK: number;
  /** The attention scores, B·heads·S². */
  readonly A: number;
  /** int32 tensors stay in host memory, which is the measured device on a CPU only. */
  readonly host: 0 | 1;
  /** What a CPU's kernels take for themselves is seen by the ledger `requested` only. */
  readonly scratch: 0 | 1;
}

/** Which stack a block is in. */
export interface Stack {
  /** No position sees a later one. */
  readonly masked: boolean;
  /** With attention to another stack's output. */
  readonly cross: boolean;
}

export function passOf(config: RunConfig, ledger: Ledger = 'requested'): Pass {
  const { model, batch, step, runtime } = config;
  const [B, S] = [batch.size / step.microBatches, batch.sequenceLength];
  const N = B * S;
  return {
    model,
    widths: widthsOf(step.precision),
    selective: step.checkpointing === 'selective',
    recomputed: segments(config),
    isRecorded: true,
    pre: model.normalizationPlacement === 'pre',
    dropout: model.dropout > 0,
    S,
    N,
    NH: N * model.hiddenSize,
    NF: N * model.feedForwardSize,
    NV: N * model.vocabularySize,
    NQ: N * model.heads * model.headSize,
    NK: N * model.keyValueHeads * model.headSize,
    A: B * model.heads * S * S,
    host: runtime.device === 'cpu' ? 1 : 0,
    scratch: runtime.device === 'cpu' && ledger === 'requested' ? 1 : 0,
  };
}
