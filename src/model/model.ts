/** What every architecture offers to a training step. */
import type { KeyValueCache } from './keyValueCache.ts';
import type { Labels } from './loss.ts';
import type { Scalar, Tensor1D, Tensor2D, Variable } from './tensorflow.ts';

export interface Batch {
  readonly ids: Tensor2D; // [B, S] int32
  readonly targets: Tensor1D; // [N] int32
  /** What the encoder of an encoder–decoder reads; `ids` are its decoder's. */
  readonly source: Tensor2D | null; // [B, S] int32
}

export interface Model {
  /** Logits [N, V]. */
  logits(inputs: Pick<Batch, 'ids' | 'source'>): Tensor2D;
  /** Generation: `ids` [B, n] are the tokens after those that `cache` has → logits of what follows the last of them [B, V]. Null where the architecture is not built so. */
  readonly next: ((ids: Tensor2D, cache: KeyValueCache) => Tensor2D) | null;
  /** Mean cross-entropy of the targets, or of other labels. */
  loss(batch: Batch, labels?: Labels): Scalar;
  /** [N, V] → [N, V]: what logits say of each token of the vocabulary, as labels for another model. */
  probabilities(logits: Tensor2D): Tensor2D;
  /** In the order of their creation. */
  readonly variables: readonly Variable[];
  dispose(): void;
}
