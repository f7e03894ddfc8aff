/**
 * Cuts a step into stretches, each within one block or outside of them, so that what a model of any depth repeats can be told from what it
 * does once. No buffer that was there before a stretch goes during it: what other blocks hold is the same from its first operation to its last.
 * A stretch is a mark of every ledger like any other.
 */
import type { BookedBuffer } from '../ledgers/books.ts';
import type { Allocation } from '../ledgers/timeline.ts';
import { currentPlace } from '../model/component.ts';
import type { Purpose, Request, RequestListener } from './binding.ts';

/** What runs between two marks. */
export interface Stretch {
  /** The mark that ends it. */
  readonly mark: string;
  /**
   * Number of the block, from 0; null outside of the blocks. Of work outside of the blocks that goes from variable to variable: the block of
   * the gradient that has just gone, or of the variable that was updated.
   */
  readonly layer: number | null;
  /** Calls of TensorFlow's operations. */
  readonly operations: number;
}

const CUT = 'cut ';
export const isCut = (mark: string): boolean => mark.startsWith(CUT);

export class LayerCuts implements RequestListener {
  readonly stretches: Stretch[] = [];
  private readonly inner: RequestListener;
  private readonly mark: (mark: string) => void;
  private readonly operationsSoFar: () => number;
  private active = false;
  /** Where the step is, and what the running stretch is of. */
  private current: number | null = null;
  private layer: number | null = null;
  private counted = 0;
  /** The first request of the running stretch, counted from 1; and what of earlier stretches has come back since. */
  private first = 0;
  private lost: { readonly layer: number | null } | null = null;

  /** Hands requests on to `inner`; `mark` marks all ledgers. */
  constructor(inner: RequestListener, mark: (mark: string) => void, operationsSoFar: () => number) {
    this.inner = inner;
    this.mark = mark;
    this.operationsSoFar = operationsSoFar;
  }

  /** A step begins; `cut` says whether it is cut. */
  begin(cut: boolean): void {
    this.active = cut;
    this.stretches.length = 0;
    this.current = null;
    this.layer = null;
    this.first = 0;
    this.lost = null;
    this.counted = this.operationsSoFar();
  }

  /** A mark of the step itself ends a stretch, too. */
  end(mark: string): void {
    const operations = this.operationsSoFar();
    if (this.active) this.stretches.push({ mark, layer: this.layer, operations: operations - this.counted });
    this.counted = operations;
    this.first = 0;
    this.lost = null;
    this.mark(mark);
  }

  taken(request: Request, purpose: Purpose): void {
    const { layer } = currentPlace();
    if (this.active && (layer !== this.current || this.lost !== null)) {
      const gone = this.lost?.layer ?? null;
      this.cut();
      this.current = layer;
      this.layer = layer ?? gone;
    }
    if (this.first === 0) this.first = request.id;
    this.inner.taken(request, purpose);
  }

  returned(request: Request): void {
    this.inner.returned(request);
  }

  /** What came back belonged to a block, or to none. */
  freed({ id, place }: Pick<Allocation, 'id' | 'place'>): void {
    if (this.first === 0 || Number(id) < this.first) this.lost = { layer: place.layer ?? this.lost?.layer ?? null };
  }

  /** A variable that gets its new value ends what the optimizer did for it: all of that is in no block. */
  moved({ place }: Pick<BookedBuffer, 'place'>): void {
    if (!this.active || place.component !== 'weights') return;
    this.layer = place.layer;
    this.cut();
    this.layer = this.current;
  }

  private cut(): void {
    this.end(`${CUT}${this.stretches.length}`);
  }
}
