/**
 * The lines that a measuring process writes between those of TensorFlow's allocation log, so that the two can be read as one story:
 * marks, uploads, operations with their outputs, and buffers that change their place. Synchronous and unbuffered: the order is that of
 * the events. TensorFlow logs an allocation before the call returns, so an operation's line follows the allocations that it explains.
 */
import { writeSync } from 'node:fs';
import type { Place } from '../model/component.ts';
import type { BookedBuffer, Books } from './books.ts';

const PREFIX = '@@memproof ';
const STDERR = 2;

export interface OutputLine {
  readonly handle: number;
  readonly bytes: number;
  readonly shape: readonly number[];
  /** TensorFlow's number of the type. */
  readonly dtype: number;
  readonly place: Place;
}

/** An input that lies on the host of a GPU: TensorFlow may have made a copy of so many bytes on the device, and kept it. */
export interface HostOperandLine {
  readonly handle: number;
  readonly bytes: number;
  readonly place: Place;
}

export type EventLine =
  /** First of all, where the measured allocator is followed: what follows is counted, and TensorFlow's log only names kernels. */
  | { readonly kind: 'followed'; readonly allocator: string }
  /** The allocator met a request: written by the addon. `allocatedBytes` is the chunk, 0 if the allocator does not know. */
  | {
      readonly kind: 'taken';
      /** Of what the addon writes, from 1 on. */
      readonly number: number;
      /** A decimal number. It is used again. */
      readonly address: string;
      readonly bytes: number;
      readonly allocatedBytes: number;
      /** Microseconds of the day, in UTC. */
      readonly timeUs: number;
    }
  | { readonly kind: 'returned'; readonly number: number; readonly address: string; readonly timeUs: number }
  | { readonly kind: 'mark'; readonly mark: string }
  /** `allocatedBytes`: the allocator's chunk, which the log does not tell for uploads; 0 if not known. */
  | { readonly kind: 'upload'; readonly output: OutputLine; readonly allocatedBytes: number }
  /** Only outputs with a buffer of their own, in the op's order; `hostOperands` only where there are any. */
  | {
      readonly kind: 'op';
      readonly op: string;
      readonly outputs: readonly OutputLine[];
      readonly place: Place;
      readonly hostOperands?: readonly HostOperandLine[];
    }
  | { readonly kind: 'moved'; readonly handle: number; readonly place: Place }
  | { readonly kind: 'held'; readonly handle: number; readonly by: string };

/** What this side writes; the addon writes the others. */
type OwnEvent = Exclude<EventLine, { readonly kind: 'taken' | 'returned' }>;

export function writeEvent(event: OwnEvent): void {
  writeSync(STDERR, `${PREFIX}${JSON.stringify(event)}\n`);
}

/** The event of a line, or null if it is not one of ours. */
export function parseEvent(line: string): EventLine | null {
  return line.startsWith(PREFIX) ? (JSON.parse(line.slice(PREFIX.length)) as EventLine) : null;
}

/** Writes down everything that the books are told by the native side. `chunkBytes` asks the allocator about the last upload. */
export function writeBooksDown(books: Books, chunkBytes: () => number, placeNow: () => Place): void {
  const line = ({ handle, bytes, shape, dtype, place }: BookedBuffer): OutputLine => ({
    handle: handle as number, // over a native binding all handles are numbers
    bytes,
    shape,
    dtype: dtype as number,
    place,
  });
  books.listeners.push({
    uploaded: (buffer) => writeEvent({ kind: 'upload', output: line(buffer), allocatedBytes: chunkBytes() }),
    executed: (op, made, operands) =>
      writeEvent({
        kind: 'op',
        op,
        outputs: made.map(line),
        place: placeNow(),
        ...(operands.length > 0 && { hostOperands: operands as readonly HostOperandLine[] }),
      }),
    moved: (buffer) => writeEvent({ kind: 'moved', handle: buffer.handle as number, place: buffer.place }),
    held: (buffer, by) => writeEvent({ kind: 'held', handle: buffer.handle as number, by }),
  });
}
