/**
 * Keys and values of the tokens that were read, so that each new token is all that has to be read next. tfjs writes into no tensor: whatever
 * the policy, a block's entry is a new one after every step, and the old one lives until the block is done.
 */
import type { RunConfig } from '../config/schema.ts';
import type { Tensor2D, Tensor4D, Tf } from './tensorflow.ts';

export interface KeysAndValues {
  readonly k: Tensor4D; // [B, k, T, d]
  readonly v: Tensor4D; // [B, k, T, d]
}

export interface KeyValueCache {
  /** Tokens that every block has. */
  readonly length: number;
  /** How many positions a block attends to when it reads `count` tokens more. Those past the last token hold zeros. */
  columns(count: number): number;
  /** Takes what `block` made of the new tokens, [B, k, n, d] each → all that it attends to. To be called within a tidy. */
  extend(block: number, fresh: KeysAndValues): KeysAndValues;
  /** A block is done: what its new entry replaced goes. */
  blockDone(): void;
  /** Every block has `count` tokens more. */
  advance(count: number): void;
  dispose(): void;
}

/** The policies, as `step.keyValueCache` names them. `sequenceLength`: the most tokens there will be. */
export function createKeyValueCache(
  tf: Tf,
  policy: Exclude<RunConfig['step']['keyValueCache'], 'none'>,
  sequenceLength: number,
): KeyValueCache {
  return policy === 'concat' ? new ConcatCache(tf) : new PreallocatedCache(tf, sequenceLength);
}

/** What both policies have in common: an entry for each block, and the ones that were replaced. */
abstract class Entries {
  length = 0;
  protected readonly tf: Tf;
  private readonly entries = new Map<number, KeysAndValues>();
  private outdated: KeysAndValues[] = [];

  constructor(tf: Tf) {
    this.tf = tf;
  }

  /** The entry of a block that has none yet, or the old one with what is new. */
  protected abstract first(fresh: Tensor4D): Tensor4D;
  protected abstract joined(before: Tensor4D, fresh: Tensor4D): Tensor4D;

  extend(block: number, fresh: KeysAndValues): KeysAndValues {
    const before = this.entries.get(block);
    const entry =
      before === undefined
        ? { k: this.first(fresh.k), v: this.first(fresh.v) }
        : { k: this.joined(before.k, fresh.k), v: this.joined(before.v, fresh.v) };
    this.tf.keep(entry.k);
    this.tf.keep(entry.v);
    this.entries.set(block, entry);
    if (before !== undefined) this.outdated.push(before);
    return entry;
  }

  blockDone(): void {
    for (const { k, v } of this.outdated) this.tf.dispose([k, v]);
    this.outdated = [];
  }

  advance(count: number): void {
    this.length += count;
  }

  /** Also in the middle of a block, where a step failed. */
  dispose(): void {
    this.blockDone();
    for (const { k, v } of this.entries.values()) this.tf.dispose([k, v]);
    this.entries.clear();
    this.length = 0;
  }
}

/** An entry grows with every token: it is joined from the old one and what is new. */
class ConcatCache extends Entries implements KeyValueCache {
  columns = (count: number): number => this.length + count;

  protected first(fresh: Tensor4D): Tensor4D {
    return fresh;
  }

  protected joined(before: Tensor4D, fresh: Tensor4D): Tensor4D {
    return this.tf.concat([before, fresh], 2); // [B, k, T + n, d]
  }
}

/** An entry has its full length from the prompt on, with zeros where no token is yet; new tokens are scattered into a copy of it. */
class PreallocatedCache extends Entries implements KeyValueCache {
  private readonly sequenceLength: number;
  /** Where the tokens of this step go, for all blocks. */
  private places: Tensor2D | null = null;

  constructor(tf: Tf, sequenceLength: number) {
    super(tf);
    this.sequenceLength = sequenceLength;
  }

  columns = (): number => this.sequenceLength;

  protected first(fresh: Tensor4D): Tensor4D {
    const unused = this.sequenceLength - fresh.shape[2];
    return this.tf.pad4d(fresh, [
      [0, 0],
      [0, 0],
      [0, unused],
      [0, 0],
    ]); // [B, k, S, d]
  }

  protected joined(before: Tensor4D, fresh: Tensor4D): Tensor4D {
    const [batchSize, heads, count, size] = fresh.shape;
    this.places ??= this.tf.keep(placesOf(this.tf, [batchSize, heads, count], this.length));
    const rows = this.tf.reshape(fresh, [batchSize * heads * count, size]);
    return this.tf.tensorScatterUpdate(before, this.places, rows) as Tensor4D; // [B, k, S, d]
  }

  override advance(count: number): void {
    super.advance(count);
    this.places?.dispose();
    this.places = null;
  }

  override dispose(): void {
    super.dispose();
    this.places?.dispose();
    this.places = null;
  }
}

/** [B·k·n, 3]: of each row its sequence, its head and its position, the first of which is `from`. */
function placesOf(tf: Tf, [batchSize, heads, count]: readonly [number, number, number], from: number): Tensor2D {
  const rows = batchSize * heads * count;
  const values = new Int32Array(rows * 3);
  for (let row = 0; row < rows; row++) {
    const [sequence, head] = [Math.floor(row / (heads * count)), Math.floor(row / count) % heads];
    values.set([sequence, head, from + (row % count)], row * 3);
  }
  return tf.tensor2d(values, [rows, 3], 'int32');
}
