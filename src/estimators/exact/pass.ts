/** Sizes and widths of one forward pass of a micro-batch. Counts are of elements. */
import type { RunConfig } from '../../config/schema.ts';
import type { ByComponent } from './byComponent.ts';
import type { Moment } from './moments.ts';
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
  /** Tokens of a sequence that are read, and positions that they attend to. */
  readonly S: number;
  readonly T: number;
  /** Tokens, B·S. */
  readonly N: number;
  /** One activation of the model's width, and of the feed-forward width. */
  readonly NH: number;
  readonly NF: number;
  readonly NV: number;
  /** Queries, and keys or values, of every token. */
  readonly NQ: number;
  readonly NK: number;
  /** Keys, or values, that are attended to: of T positions. */
  readonly TK: number;
  /** The attention scores, B·heads·S·T. */
  readonly A: number;
  /** int32 tensors stay in host memory, which is the measured device on a CPU only. */
  readonly host: 0 | 1;
  /** Kernels take something for themselves that is known here: a CPU's. */
  readonly scratch: 0 | 1;
  /** Of generation: what a cache makes of the new keys and values, and what is there afterwards. */
  readonly cache: { readonly extend: readonly Moment[]; readonly left: number } | null;
}

/** Which stack a block is in. */
export interface Stack {
  /** No position sees a later one. */
  readonly masked: boolean;
  /** With attention to another stack's output. */
  readonly cross: boolean;
}

/** The stream between parts and between blocks. */
export const streamBetween = ({ pre, NH, widths }: Pass): ByComponent => ({
  [pre ? 'residual' : 'normalization']: NH * widths.stream,
});

/** The stacks of a model, in the order of forward. */
export function stacksOf({ model }: Pass): readonly Stack[] {
  const last = { masked: model.architecture !== 'encoder', cross: model.architecture === 'encoder-decoder' };
  return last.cross ? [{ masked: false, cross: false }, last] : [last];
}

/** Which tokens of every sequence a pass reads, and how many positions these attend to. */
export interface Window {
  readonly count: number;
  readonly columns: number;
}

/** `window`: where it is not everything. */
export function passOf(config: RunConfig, window?: Window): Pass {
  const { model, batch, step, runtime } = config;
  const B = batch.size / step.microBatches;
  const { count: S, columns: T } = window ?? { count: batch.sequenceLength, columns: batch.sequenceLength };
  const N = B * S;
  const keys = model.keyValueHeads * model.headSize;
  return {
    model,
    widths: widthsOf(step.precision),
    selective: step.checkpointing === 'selective',
    recomputed: segments(config),
    isRecorded: true,
    pre: model.normalizationPlacement === 'pre',
    dropout: model.dropout > 0,
    S,
    T,
    N,
    NH: N * model.hiddenSize,
    NF: N * model.feedForwardSize,
    NV: N * model.vocabularySize,
    NQ: N * model.heads * model.headSize,
    NK: N * keys,
    TK: B * T * keys,
    A: B * model.heads * S * T,
    host: runtime.device === 'cpu' ? 1 : 0,
    scratch: runtime.device === 'cpu' ? 1 : 0,
    cache: null,
  };
}
