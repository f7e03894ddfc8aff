/** The symbols of the closed forms. Counts of elements, of one micro-batch. */
import type { RunConfig } from '../../config/schema.ts';
import type { Component } from '../../records/quantity.ts';
import { FLOAT32_BYTES } from '../../units/bytes.ts';
import { itemised, type Prediction } from '../estimator.ts';

export interface Symbols {
  readonly L: number;
  readonly S: number;
  readonly H: number;
  readonly F: number;
  /** Tokens, B·S. */
  readonly N: number;
  /** One activation of the model's width, of the feed-forward width, of the vocabulary's. */
  readonly NH: number;
  /** All heads together, heads · headSize: H, unless heads were removed or lie on other devices. */
  readonly a: number;
  readonly Na: number;
  /** With one head a transpose to heads or back moves nothing, and shares the buffer of what it transposes. */
  readonly transposes: 0 | 1;
  readonly NF: number;
  readonly NV: number;
  /** The attention scores, B·heads·S². */
  readonly A: number;
  /** The gathered rows of the position table, whatever its length. */
  readonly SH: number;
  /** The position table, and the token embedding. */
  readonly MH: number;
  readonly VH: number;
  readonly tied: boolean;
  /** int32 tensors stay in host memory, which is the measured device on a CPU only. */
  readonly host: 0 | 1;
}

export function symbols({ model, batch, step, runtime }: RunConfig): Symbols {
  const { layers: L, hiddenSize: H, feedForwardSize: F, vocabularySize: V } = model;
  const [B, S] = [batch.size / step.microBatches, batch.sequenceLength];
  const N = B * S;
  const a = model.heads * model.headSize;
  return {
    L,
    S,
    H,
    F,
    N,
    NH: N * H,
    a,
    Na: N * a,
    transposes: model.heads > 1 ? 1 : 0,
    NF: N * F,
    NV: N * V,
    A: B * model.heads * S * S,
    SH: S * H,
    MH: model.maxPositions * H,
    VH: V * H,
    tied: model.tiedEmbedding,
    host: runtime.device === 'cpu' ? 1 : 0,
  };
}

/** Floats by component as a prediction in bytes. An int32 has the same 4 bytes. */
export const floats = (parts: Readonly<Partial<Record<Component, number>>>): Prediction =>
  itemised(Object.fromEntries(Object.entries(parts).map(([name, count]) => [name, FLOAT32_BYTES * count])));
