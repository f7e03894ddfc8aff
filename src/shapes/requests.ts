/** `requested` without TensorFlow: what the binding would ask of the allocator, told as the allocation log of a real run is. */

import type { BookedBuffer, Books, HostOperand } from '../ledgers/books.ts';
import type { Allocation, TimelineEvent } from '../ledgers/timeline.ts';
import { currentPlace, type Place } from '../model/component.ts';
import type { Purpose, Request, RequestListener } from './binding.ts';

/**
 * A request is met before the books know what it is for, and comes back after they have forgotten: so requests wait for the books, as the
 * lines of the log do.
 */
export class RequestStory implements RequestListener {
  private readonly tell: (event: TimelineEvent) => void;
  private readonly live = new Map<Request, Allocation>();
  private readonly byHandle = new Map<number, Allocation>();
  private waiting: { readonly request: Request; readonly purpose: Purpose; isBack: boolean }[] = [];

  constructor(tell: (event: TimelineEvent) => void) {
    this.tell = tell;
  }

  /** To be called once, before anything is made. */
  listen(books: Books): void {
    books.listeners.push({
      uploaded: (buffer) => this.explain('upload', [buffer], []),
      executed: (op, made, operands) => this.explain(op, made, operands),
      moved: ({ handle, place }) => this.moved(handle as number, place),
      held: ({ handle }, by) => this.byHandle.get(handle as number)?.heldBy.push(by),
    });
  }

  mark(mark: string): void {
    this.tell({ kind: 'mark', mark });
  }

  taken(request: Request, purpose: Purpose): void {
    this.waiting.push({ request, purpose, isBack: false });
  }

  returned(request: Request): void {
    const waits = this.waiting.find((entry) => entry.request === request);
    if (waits !== undefined) waits.isBack = true;
    else this.free(request);
  }

  private explain(op: string, made: readonly BookedBuffer[], operands: readonly HostOperand[]): void {
    const met = this.waiting;
    if (met.length === 0) return; // a view
    this.waiting = [];
    for (const { request, purpose } of met) {
      const handle = purpose.kind === 'buffer' ? purpose.handle : null;
      const buffer = made.find((one) => one.handle === handle);
      const mirrored = purpose.kind === 'mirror' ? purpose.handle : null;
      const operand = mirrored === null ? undefined : operands.find((one) => one.handle === mirrored);
      const allocation: Allocation = {
        id: String(request.id),
        requestedBytes: request.bytes,
        allocatedBytes: 0, // nobody rounds here
        kernel: op,
        role: purpose.kind,
        handle,
        bookedBytes: buffer?.bytes ?? 0,
        shape: buffer?.shape ?? null,
        dtype: (buffer?.dtype as number | undefined) ?? null,
        heldBy: [],
        place: (buffer ?? operand)?.place ?? { ...currentPlace(), component: 'scratch' },
      };
      this.live.set(request, allocation);
      if (handle !== null) this.byHandle.set(handle, allocation);
      this.tell({ kind: 'allocated', allocation, timeUs: null });
    }
    for (const { request, isBack } of met.reverse()) if (isBack) this.free(request);
  }

  private free(request: Request): void {
    const allocation = this.live.get(request);
    if (allocation === undefined) throw new Error(`request ${request.id} comes back and was never met`);
    this.live.delete(request);
    if (allocation.handle !== null) this.byHandle.delete(allocation.handle);
    this.tell({ kind: 'freed', allocation, timeUs: null });
  }

  private moved(handle: number, to: Place): void {
    const allocation = this.byHandle.get(handle);
    if (allocation === undefined) return;
    const from = allocation.place;
    allocation.place = to;
    this.tell({ kind: 'moved', allocation, from, to });
  }
}
