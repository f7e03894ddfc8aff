/**
 * Reads what a measuring process wrote to stderr: TensorFlow's allocation log and our own lines between. An operation's line follows the
 * allocations that it explains, so these wait for it (explainAllocations.ts).
 *
 * Where the measured allocator is followed, its own lines are counted and the log only says which kernel asked. On a GPU the log does not
 * do: the kernels that MLIR generates, most of the elementwise ones, ask the allocator without a word in it.
 */
import { NOWHERE, type Place } from '../model/component.ts';
import { type LogEvent, parseLogLine } from './allocationLog.ts';
import { type EventLine, type HostOperandLine, type OutputLine, parseEvent } from './eventLines.ts';
import { type Explained, explainAllocations } from './explainAllocations.ts';
import { type LoggedRegion, RegionLines } from './regionLines.ts';
import type { Allocation, TimelineEvent } from './timeline.ts';

type Logged = Extract<LogEvent, { kind: 'allocation' | 'deallocation' }>;

/** What waits for its operation. */
type Waiting =
  | {
      readonly kind: 'allocation';
      readonly id: string;
      readonly requestedBytes: number;
      /** Null where nobody says. */
      readonly allocatedBytes: number | null;
      kernel: string | null;
      readonly timeUs: number | null;
    }
  | { readonly kind: 'deallocation'; readonly id: string; readonly timeUs: number | null };
type WaitingAllocation = Extract<Waiting, { kind: 'allocation' }>;

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
  private readonly regionLines = new RegionLines();

  private readonly live = new Map<string, Allocation>();
  private readonly byHandle = new Map<number, Allocation>();
  /** Handle of an operand on the host → allocation id of its copy on the device. */
  private readonly mirrored = new Map<number, string>();
  private readonly waiting: Waiting[] = [];
  /** The allocator that is followed; null where the log is counted. */
  private followed: string | null = null;
  /** Address → id of what lies there now, of the followed allocator. */
  private readonly idAt = new Map<string, string>();
  private taken = 0;
  private followedLines = 0;
  private highestNumber = 0;
  private readonly onEvent: (event: TimelineEvent) => void;

  constructor(onEvent: (event: TimelineEvent) => void) {
    this.onEvent = onEvent;
  }

  /** What BFC took from the system, in that order, where it was asked to tell. */
  get regions(): readonly LoggedRegion[] {
    return this.regionLines.regions;
  }

  /** Lines that the followed allocator wrote before another one, and nobody read. Those of several threads need not come in order. */
  get missingLines(): number {
    return this.highestNumber - this.followedLines;
  }

  line(text: string): void {
    if (this.regionLines.line(text)) return;
    const ours = parseEvent(text);
    if (ours !== null) {
      this.ourLine(ours);
      return;
    }
    const event = parseLogLine(text);
    if (event === null) {
      if (text !== '') this.otherLines.push(text);
    } else if (event.kind === 'damaged') {
      this.damagedLines += 1;
    } else if (event.kind === 'unknown') {
      if (event.message !== '') this.unknownMessages.add(event.message);
    } else {
      this.logged(event);
    }
  }

  private logged(event: Logged): void {
    if (this.followed !== null) this.nameKernel(event);
    else if (event.id === null) this.damagedLines += 1;
    else this.waiting.push({ ...event, id: event.id });
  }

  /** The log tells of a request after it was met. */
  private nameKernel(event: Logged): void {
    if (event.kind !== 'allocation' || event.allocator !== this.followed) return;
    const id = this.idAt.get(event.address ?? '');
    const met = this.waiting.find((waiting) => waiting.kind === 'allocation' && waiting.id === id);
    if (met?.kind === 'allocation') met.kernel = event.kernel;
  }

  private count({ number }: Extract<EventLine, { kind: 'taken' | 'returned' }>): void {
    this.followedLines += 1;
    this.highestNumber = Math.max(this.highestNumber, number);
  }

  private take({ address, bytes, allocatedBytes, timeUs }: Extract<EventLine, { kind: 'taken' }>): void {
    this.taken += 1;
    const id = `${address}#${this.taken}`;
    this.idAt.set(address, id);
    this.waiting.push({ kind: 'allocation', id, requestedBytes: bytes, allocatedBytes, kernel: null, timeUs });
  }

  private takeBack({ address, timeUs }: Extract<EventLine, { kind: 'returned' }>): void {
    const id = this.idAt.get(address);
    this.idAt.delete(address);
    if (id !== undefined) this.waiting.push({ kind: 'deallocation', id, timeUs }); // else it was taken before anybody followed
  }

  private ourLine(event: EventLine): void {
    switch (event.kind) {
      case 'followed':
        this.followed = event.allocator;
        this.waiting.length = 0;
        break;
      case 'taken':
        this.count(event);
        this.take(event);
        break;
      case 'returned':
        this.count(event);
        this.takeBack(event);
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
    const survivors = new Map<string, WaitingAllocation>();
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

  private allocated(event: WaitingAllocation, operation: Operation, explained: Explained, temporary: boolean): void {
    const { op, place, chunkBytes } = operation;
    const output = explained.outputs.get(event.id);
    const operand = explained.mirrors.get(event.id);
    const scratch: Place = { ...place, component: op === 'unknown' ? 'unattributed' : 'scratch' };
    const allocation: Allocation = {
      id: event.id,
      requestedBytes: event.requestedBytes,
      allocatedBytes: event.allocatedBytes ?? (chunkBytes || event.requestedBytes),
      // The log calls kernels' temporaries and what is copied to a GPU "Unknown".
      kernel: output === undefined || op === 'upload' ? op : (event.kernel ?? op),
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

  private deallocated({ id, timeUs }: Extract<Waiting, { kind: 'deallocation' }>): void {
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
