/**
 * Reads what a measuring process wrote to stderr: TensorFlow's allocation log and our own lines between. An operation's line follows the
 * allocations that it explains, so these wait for it (explainAllocations.ts).
 */
import { NOWHERE, type Place } from '../model/component.ts';
import { type LogEvent, parseLogLine } from './allocationLog.ts';
import { AddressIds, type AsyncEvent, parseAsyncLine } from './asyncAllocatorLog.ts';
import { type EventLine, type HostOperandLine, type OutputLine, parseEvent } from './eventLines.ts';
import { type Explained, explainAllocations } from './explainAllocations.ts';
import { type CountsAllocator, measuredAllocator } from './measuredAllocator.ts';
import type { Allocation, TimelineEvent } from './timeline.ts';

type Logged = Extract<LogEvent, { kind: 'allocation' | 'deallocation' }>;
type Identified = Logged & { readonly id: string };
type LoggedAllocation = Extract<Identified, { kind: 'allocation' }>;

/** What our lines say of the allocations before them. */
interface Operation {
  readonly op: string;
  readonly place: Place;
  readonly outputs: readonly OutputLine[];
  readonly hostOperands: readonly HostOperandLine[];
  /** Of the output of an upload; 0 if not known. */
  readonly chunkBytes: number;
}

const NOTHING: Operation = { op: 'unknown', place: NOWHERE, outputs: [], hostOperands: [], chunkBytes: 0 };

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
  /** Handle of an operand on the host → allocation id of its copy on the device. */
  private readonly mirrored = new Map<number, string>();
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
        this.explain(NOTHING);
        this.lastMark = event.mark;
        this.onEvent({ kind: 'mark', mark: event.mark });
        break;
      case 'upload': {
        const { output, allocatedBytes: chunkBytes } = event;
        this.explain({ ...NOTHING, op: 'upload', place: output.place, outputs: [output], chunkBytes });
        break;
      }
      case 'op':
        this.explain({ ...NOTHING, ...event });
        break;
      case 'moved':
        this.explain(NOTHING);
        this.moved(event.handle, event.place);
        break;
      case 'held':
        this.explain(NOTHING);
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

  /** Tells all that waited, with what an operation's line says of it. */
  private explain(operation: Operation): void {
    const events = this.waiting.splice(0);
    const freed = new Set(events.flatMap((event) => (event.kind === 'deallocation' ? [event.id] : [])));
    // An id is logged again when an op passes its input on as its output: it counts once. Ids are never reused.
    const survivors = new Map<string, LoggedAllocation>();
    for (const event of events) {
      if (event.kind === 'deallocation' || freed.has(event.id) || this.live.has(event.id)) continue;
      if (!survivors.has(event.id)) survivors.set(event.id, event);
    }
    const outputs = operation.outputs.filter(({ bytes }) => bytes > 0); // an output without elements is not allocated
    const unmirrored = operation.hostOperands.filter(({ handle }) => !this.mirrored.has(handle));
    const explained = explainAllocations([...survivors.values()], outputs, unmirrored);
    for (const event of events) {
      if (event.kind === 'deallocation') this.deallocated(event);
      else if (!this.live.has(event.id)) this.allocated(event, operation, explained, freed.has(event.id));
    }
  }

  private allocated(event: LoggedAllocation, operation: Operation, explained: Explained, temporary: boolean): void {
    const { op, place, chunkBytes } = operation;
    const output = explained.outputs.get(event.id);
    const operand = explained.mirrors.get(event.id);
    const scratch: Place = { ...place, component: op === 'unknown' ? 'unattributed' : 'scratch' };
    const allocation: Allocation = {
      id: event.id,
      requestedBytes: event.requestedBytes,
      allocatedBytes: event.allocatedBytes ?? (chunkBytes || event.requestedBytes),
      // The log calls kernels' temporaries and what is copied to a GPU "Unknown".
      kernel: output === undefined || op === 'upload' ? op : event.kernel,
      role: output !== undefined ? 'buffer' : operand !== undefined ? 'mirror' : temporary ? 'temporary' : 'kept',
      handle: output?.handle ?? null,
      bookedBytes: output?.bytes ?? 0,
      shape: output?.shape ?? null,
      dtype: output?.dtype ?? null,
      heldBy: [],
      place: (output ?? operand)?.place ?? scratch,
    };
    this.live.set(event.id, allocation);
    if (allocation.handle !== null) this.byHandle.set(allocation.handle, allocation);
    if (operand !== undefined) this.mirrored.set(operand.handle, event.id);
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
    if (allocation.role === 'mirror') this.forgetMirror(id);
    this.onEvent({ kind: 'freed', allocation, timeUs });
  }

  private forgetMirror(id: string): void {
    for (const [handle, mirrorId] of this.mirrored) if (mirrorId === id) this.mirrored.delete(handle);
  }
}
