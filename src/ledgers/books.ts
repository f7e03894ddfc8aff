/**
 * Every live TensorFlow buffer, who made it, where it belongs, and the tensors over it. Kept once per process from two sides: tfjs's engine
 * (tensors) and its native binding (handles); several ledgers read them. On tfjs's own CPU backend a data id is handle and buffer in one.
 */
import { currentPlace, type Place } from '../model/component.ts';
import type { Tensor, Tf, Variable } from '../model/tensorflow.ts';
import { type Attribution, attribute } from './attribution.ts';
import { Breakdown } from './breakdown.ts';
import { narrowExcessBytes } from './dataTypes.ts';
import { engineBytes } from './engine.ts';
import { HighWater } from './highWater.ts';
import { OnKey } from './onKey.ts';
import type { Instant } from './reading.ts';
import type { Operand } from './sharing.ts';

/** A native handle, or a data id of tfjs. */
export type Handle = number | object;

/** A call into the native binding that threw. */
export interface FailedCall {
  /** The op, or `upload`. */
  readonly kernel: string;
  /** Live bytes of `buffers` just before. */
  readonly liveBytes: number;
}

/** A buffer as it is made. */
export interface NewBuffer {
  /** On the measured device; 0 for one that lies on the host of a GPU. */
  readonly bytes: number;
  readonly onHost?: boolean;
  readonly shape: readonly number[];
  readonly dtype: number | string;
  /** The op or kernel, or `upload`. */
  readonly madeBy: string;
  readonly place: Place;
}

export interface BookedBuffer extends Omit<NewBuffer, 'place'> {
  /** The handle that it was made with; others may share it. */
  readonly handle: Handle;
  place: Place;
  handles: number;
  /** Bytes of all tensor objects over this buffer, as tfjs counts them. */
  tensorBytes: number;
}

/** An operand that lies on the host of a GPU, with what a copy of it on the device would take. */
export interface HostOperand {
  readonly handle: Handle;
  readonly bytes: number;
  readonly place: Place;
}

/** What the native side has just done; told after the call came back. */
export interface BooksListener {
  uploaded(buffer: BookedBuffer): void;
  /** `made` are the outputs that have a buffer of their own, in the op's order; `hostOperands` are inputs, each named once. */
  executed(op: string, made: readonly BookedBuffer[], hostOperands: readonly HostOperand[]): void;
  moved(buffer: BookedBuffer): void;
  /** Something outside the running operation keeps the buffer: a variable, or the tape for an operation's gradient. */
  held(buffer: BookedBuffer, by: string): void;
}

/** On a data id of tfjs: the buffer that its tensors are over. */
const BUFFER = Symbol('buffer');

export class Books {
  readonly handles = new Map<Handle, Operand & { readonly buffer: BookedBuffer }>();
  private readonly components = new Breakdown();
  readonly water = new HighWater(() => this.look(), this.components);
  readonly listeners: BooksListener[] = [];
  readonly attribution: Attribution;
  /** The first call into the binding that threw. */
  failedCall: FailedCall | null = null;
  private readonly tf: Tf;
  private readonly overlaid = new OverlaidBytes();
  private readonly bufferOfData = new OnKey<BookedBuffer>(BUFFER);
  /** Of arrays that are not uploaded yet, by data id, and of all of them. */
  private readonly waitingBytes = new Map<object, number>();
  private allWaitingBytes = 0;
  /** A variable keeps its place through all values that it is assigned. */
  private readonly placeOfVariable = new Map<number, Place>();

  /** Empty books; `keepBooks` has them kept. */
  constructor(tf: Tf) {
    this.tf = tf;
    this.attribution = attribute(tf, {
      saved: (kernelName, tensors) => {
        for (const tensor of tensors) this.keptByTape(kernelName, tensor);
      },
      computed: (gradient, place) => this.isGradient(gradient, place),
    });
  }

  /** A handle appears: over a new buffer, or over `shared`. Returns its buffer. */
  hold(handle: Handle, operand: Operand, made: NewBuffer, shared?: BookedBuffer): BookedBuffer {
    const buffer = shared ?? booked(handle, made);
    if (shared === undefined) {
      this.components.add(buffer.place, buffer.bytes);
      this.overlaid.change(buffer, 0, 1);
      this.water.add(buffer.bytes, buffer.madeBy, buffer.place.component);
    }
    buffer.handles += 1;
    this.handles.set(handle, { shape: operand.shape, dtype: operand.dtype, values: operand.values, buffer });
    return buffer;
  }

  /** A handle is gone, and its buffer with the last of them. */
  release(handle: Handle): void {
    const buffer = this.handles.get(handle)?.buffer;
    if (buffer === undefined) return;
    this.handles.delete(handle);
    buffer.handles -= 1;
    if (buffer.handles > 0) return;
    this.water.keepPeak();
    this.overlaid.change(buffer, -buffer.tensorBytes, -1);
    this.components.add(buffer.place, -buffer.bytes);
    this.water.add(-buffer.bytes, '');
  }

  /** The data ids of arrays that are not uploaded yet. */
  get waiting(): Iterable<object> {
    return this.waitingBytes.keys();
  }

  /** An array that waited has been uploaded: the tensors over it are over `buffer` now. */
  uploaded(dataId: object, buffer: BookedBuffer): void {
    this.bufferOfData.set(dataId, buffer);
    const waited = this.waitingBytes.get(dataId) ?? 0;
    this.overlaid.change(buffer, waited, 0);
    this.allWaitingBytes -= waited;
    this.waitingBytes.delete(dataId);
  }

  /** A tensor object appears over `dataId`; `handle` is null while its array waits. */
  tensorMade(dataId: object, bytes: number, handle: Handle | null): void {
    const buffer = handle === null ? undefined : this.handles.get(handle)?.buffer;
    if (buffer === undefined) {
      this.waitingBytes.set(dataId, (this.waitingBytes.get(dataId) ?? 0) + bytes);
      this.allWaitingBytes += bytes;
      return;
    }
    this.bufferOfData.set(dataId, buffer);
    this.overlaid.change(buffer, bytes, 0);
  }

  tensorGone(dataId: object, bytes: number): void {
    const waiting = this.waitingBytes.get(dataId);
    if (waiting !== undefined) {
      this.allWaitingBytes -= bytes;
      if (waiting === bytes) this.waitingBytes.delete(dataId);
      else this.waitingBytes.set(dataId, waiting - bytes);
    }
    const buffer = this.bufferOfData.get(dataId);
    if (buffer !== undefined && buffer.handles > 0) this.overlaid.change(buffer, -bytes, 0);
  }

  /** A variable got a (new) value: its buffer belongs where the variable does. */
  variableAssigned(variable: Variable): void {
    const place = this.placeOfVariable.get(variable.id) ?? currentPlace();
    this.placeOfVariable.set(variable.id, place);
    const buffer = this.bufferOfData.get(variable.dataId);
    if (buffer === undefined) return;
    for (const listener of this.listeners) listener.held(buffer, `variable ${variable.name}`);
    if (buffer.place !== place) this.move(buffer, place);
  }

  /** A tensor turns out to be a variable's gradient: its buffer belongs to the gradients, if it does not yet. */
  private isGradient({ dataId }: Tensor, place: Place): void {
    const buffer = this.bufferOfData.get(dataId);
    if (buffer === undefined || buffer.place.component === place.component) return;
    this.water.keepPeak();
    this.move(buffer, place);
  }

  private move(buffer: BookedBuffer, place: Place): void {
    this.components.add(buffer.place, -buffer.bytes);
    this.components.add(place, buffer.bytes);
    buffer.place = place;
    for (const listener of this.listeners) listener.moved(buffer);
  }

  /** The tape keeps a tensor for the gradient of `kernelName`. */
  private keptByTape(kernelName: string, { dataId }: Tensor): void {
    const buffer = this.bufferOfData.get(dataId);
    if (buffer === undefined) return;
    for (const listener of this.listeners) listener.held(buffer, `tape of ${kernelName}`);
  }

  private look(): Instant {
    const { views, notTracked, narrow, onHost } = this.overlaid;
    return {
      belowBytes: engineBytes(this.tf),
      // What `buffers` reads more than `tensors`, part by part. Without 16-bit values nothing is narrow, and on a CPU nothing lies elsewhere.
      parts: {
        views: -views,
        ...(narrow !== null && { 'narrow-types': -narrow }),
        'not-uploaded': -this.allWaitingBytes,
        'not-tracked': notTracked,
        ...(onHost !== null && { 'host-operands': -onHost }),
      },
    };
  }
}

/** Written out key by key: spreading was a tenth of a simulated step. */
const booked = (handle: Handle, made: NewBuffer): BookedBuffer => ({
  bytes: made.bytes,
  onHost: made.onHost ?? false,
  shape: made.shape,
  dtype: made.dtype,
  madeBy: made.madeBy,
  place: made.place,
  handle,
  handles: 0,
  tensorBytes: 0,
});

/** Sums over all live buffers: what tfjs counts beyond the buffers themselves, and buffers that no tensor is over (yet). */
class OverlaidBytes {
  views = 0;
  notTracked = 0;
  /** What tfjs counts too much of the values in narrow buffers, each buffer once; null as long as no tensor was over one. */
  narrow: number | null = null;
  /** What tfjs counts of buffers on the host of a GPU; null as long as there never was one. */
  onHost: number | null = null;

  /** Tensor objects over `buffer` become `tensorBytes` more; `lives` is +1 when it is made, −1 when it dies. */
  change(buffer: BookedBuffer, tensorBytes: number, lives: -1 | 0 | 1): void {
    if (lives !== 1) this.count(buffer, -1);
    buffer.tensorBytes += tensorBytes;
    if (lives !== -1) this.count(buffer, 1);
  }

  private count({ bytes, dtype, tensorBytes, onHost }: BookedBuffer, sign: 1 | -1): void {
    if (onHost) this.onHost = (this.onHost ?? 0) + sign * tensorBytes;
    else if (tensorBytes === 0) this.notTracked += sign * bytes;
    else {
      const excess = narrowExcessBytes(dtype, bytes); // of the first tensor
      if (excess > 0) this.narrow = (this.narrow ?? 0) + sign * excess;
      this.views += sign * (tensorBytes - excess - bytes);
    }
  }
}
