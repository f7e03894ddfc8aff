/**
 * Reads what a measuring process wrote to stderr: TensorFlow's allocation log and our own lines between. An operation's line follows the
 * allocations that it explains, so these wait for it; what it does not explain is scratch.
 */
import { NOWHERE, type Place } from '../model/component.ts';
import { type LogEvent, parseLogLine } from './allocationLog.ts';
import { AddressIds, type AsyncEvent, parseAsyncLine } from './asyncAllocatorLog.ts';
import { type EventLine, type OutputLine, parseEvent } from './eventLines.ts';
import { type CountsAllocator, measuredAllocator } from './measuredAllocator.ts';
import type { Allocation, TimelineEvent } from './timeline.ts';

type Logged = Extract<LogEvent, { kind: 'allocation' | 'deallocation' }>;
type Identified = Logged & { readonly id: string };

export class LogReader {
  /** Lines that are neither ours nor the log's: what TensorFlow wanted to say to people. */
  readonly otherLines: string[] = [];
  /** Messages of the log that this reader does not know; the measurement goes on without them. */
  readonly unknownMessages = new Set<string>();
  damagedLines = 0;
  /** Deallocations of something whose allocation was never logged; 0 in a complete log. */
  unknownDeallocations = 0;
  lastMark: string | undefined;

  private readonly live = new Map<string, Allocation>();
  private readonly byHandle = new Map<number, Allocation>();
  private readonly waiting: Identified[] = [];
  private readonly addresses = new AddressIds();
  /** On a CPU nothing is said, and all of the log counts. */
  private counts: CountsAllocator = () => true;
  private readonly onEvent: (event: TimelineEvent) => void;

  constructor(onEvent: (event: TimelineEvent) => void) {
    this.onEvent = onEvent;
  }

  line(text: string): void {
    const ours = parseEvent(text);
    if (ours !== null) {
      this.ourLine(ours);
      return;
    }
    const said = parseAsyncLine(text);
    if (said !== null) {
      this.allocatorLine(said);
      return;
    }
    const event = parseLogLine(text);
    if (event === null) {
      if (text !== '') this.otherLines.push(text);
    } else if (event.kind === 'damaged') {
      this.damagedLines += 1;
    } else if (event.kind === 'unknown') {
      if (event.message !== '') this.unknownMessages.add(event.message);
    } else if (this.counts(event.allocator)) {
      this.logged(event);
    }
  }

  private allocatorLine(event: AsyncEvent): void {
    if (event.kind === 'given') this.addresses.give(event.allocator, event.address);
    if (event.kind !== 'taken-back') return;
    const { allocator, address, timeUs } = event;
    const id = this.addresses.takeBack(address);
    if (id !== null) this.waiting.push({ kind: 'deallocation', id, allocator, timeUs });
  }

  private logged(event: Logged): void {
    if (event.id === null && event.kind === 'deallocation' && this.addresses.speaks(event.allocator)) return;
    const id = event.id ?? (event.kind === 'allocation' ? this.addresses.idOf(event.address ?? '') : null);
    if (id === null) this.damagedLines += 1;
    else this.waiting.push({ ...event, id });
  }

  private ourLine(event: EventLine): void {
    switch (event.kind) {
      case 'device':
        this.counts = measuredAllocator(event.allocator);
        this.waiting.splice(0, Infinity, ...this.waiting.filter(({ allocator }) => this.counts(allocator)));
        break;
      case 'mark':
        this.explain([], 'unknown', NOWHERE, 0);
        this.lastMark = event.mark;
        this.onEvent({ kind: 'mark', mark: event.mark });
        break;
      case 'upload':
        this.explain([event.output], 'upload', event.output.place, event.allocatedBytes);
        break;
      case 'op':
        this.explain(event.outputs, event.op, event.place, 0);
        break;
      case 'moved':
        this.explain([], 'unknown', NOWHERE, 0);
        this.moved(event.handle, event.place);
        break;
      case 'held':
        this.explain([], 'unknown', NOWHERE, 0);
        this.byHandle.get(event.handle)?.heldBy.push(event.by);
        break;
    }
  }

  private moved(handle: number, to: Place): void {
    const allocation = this.byHandle.get(handle);
    if (allocation === undefined) return;
    const from = allocation.place;
    allocation.place = to;
    this.onEvent({ kind: 'moved', allocation, from, to });
  }

  /** Tells all that waited. Allocations that are still live at the end are the outputs, in order; the others are scratch of `op`. */
  private explain(outputs: readonly OutputLine[], op: string, place: Place, chunkBytes: number): void {
    const freed = new Set(this.waiting.flatMap((event) => (event.kind === 'deallocation' ? [event.id] : [])));
    const unmatched = outputs.filter(({ bytes }) => bytes > 0); // an output without elements is not allocated
    for (const event of this.waiting.splice(0)) {
      if (event.kind === 'deallocation') this.deallocated(event);
      else if (!this.live.has(event.id)) {
        // An id is logged again when an op passes its input on as its output: it counts once. Ids are never reused.
        const at = freed.has(event.id) ? -1 : unmatched.findIndex(({ bytes }) => bytes === event.requestedBytes);
        const [output] = at === -1 ? [] : unmatched.splice(at, 1);
        this.allocated(event, output, op, place, chunkBytes);
      }
    }
  }

  private allocated(
    event: Extract<Identified, { kind: 'allocation' }>,
    output: OutputLine | undefined,
    op: string,
    place: Place,
    chunkBytes: number,
  ): void {
    const allocation: Allocation = {
      id: event.id,
      requestedBytes: event.requestedBytes,
      allocatedBytes: event.allocatedBytes ?? (chunkBytes || event.requestedBytes),
      // The log calls kernels' temporaries and what is copied to a GPU "Unknown".
      kernel: output === undefined || op === 'upload' ? op : event.kernel,
      handle: output?.handle ?? null,
      bookedBytes: output?.bytes ?? 0,
      shape: output?.shape ?? null,
      dtype: output?.dtype ?? null,
      heldBy: [],
      place: output?.place ?? { ...place, component: op === 'unknown' ? 'unattributed' : 'scratch' },
    };
    this.live.set(event.id, allocation);
    if (allocation.handle !== null) this.byHandle.set(allocation.handle, allocation);
    this.onEvent({ kind: 'allocated', allocation, timeUs: event.timeUs });
  }

  private deallocated({ id, timeUs }: Extract<Identified, { kind: 'deallocation' }>): void {
    const allocation = this.live.get(id);
    if (allocation === undefined) {
      this.unknownDeallocations += 1;
      return;
    }
    this.live.delete(id);
    if (allocation.handle !== null) this.byHandle.delete(allocation.handle);
    this.onEvent({ kind: 'freed', allocation, timeUs });
  }
}
