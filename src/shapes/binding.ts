/**
 * Stands where tfjs's native addon stands, and computes nothing: an operation makes outputs of the right shape and type, and every buffer
 * that TensorFlow would ask its allocator for is told. tfjs, its node backend, the 16-bit layer and the books run over it unchanged, so
 * that the operations, their int32 operands and their order are those of a real run.
 */
import { fail } from '../errors.ts';
import { bufferBytes, elementCount, staysOnHost } from '../ledgers/dataTypes.ts';
import { sharesFirstInput } from '../ledgers/sharing.ts';
import type { Binding, OpAttribute, OutputMetadata } from '../runtime/binding.ts';
import { INFERENCE } from './inference/index.ts';
import type { KernelDevice } from './kernelDevice.ts';
import type { ShapedOperand, ShapedOutput } from './operand.ts';

/** A request to the allocator, from when it is met until it comes back. */
export interface Request {
  /** Counted from 1; never used again. */
  readonly id: number;
  readonly bytes: number;
}

/** A handle's buffer; what a kernel needs only while it runs; on a GPU the copy of an operand on the host; what TensorFlow keeps for itself. */
export type Purpose =
  | { readonly kind: 'buffer' | 'mirror'; readonly handle: number }
  | { readonly kind: 'temporary' | 'kept' };

export interface RequestListener {
  taken(request: Request, purpose: Purpose): void;
  returned(request: Request): void;
}

interface Handle extends ShapedOperand {
  /** On a GPU: it lies on the host, whose memory is not counted. */
  readonly onHost: boolean;
  /** Null for tensors without elements, which are not allocated, and for those on the host. */
  readonly buffer: { readonly request: Request; handles: number } | null;
  /** The copy on the device of one on the host. */
  mirror: Request | null;
}

/** What the allocator's log and the books call the copy of an array from JavaScript. */
const UPLOAD = 'upload';

const TEMPORARY: Purpose = { kind: 'temporary' };

/** Axes, permutations, paddings and shapes have a handful of elements; longer arrays are data. */
const MOST_OPERAND_VALUES = 32;

/** tensorflow/c/tf_datatype.h and tf_attrtype.h. */
const NUMBERS = {
  ...{
    TF_FLOAT: 1,
    TF_INT32: 3,
    TF_UINT8: 4,
    TF_STRING: 7,
    TF_COMPLEX64: 8,
    TF_INT64: 9,
    TF_BOOL: 10,
    TF_RESOURCE: 20,
  },
  ...{ TF_ATTR_STRING: 0, TF_ATTR_INT: 1, TF_ATTR_FLOAT: 2, TF_ATTR_BOOL: 3, TF_ATTR_TYPE: 4, TF_ATTR_SHAPE: 5 },
};

export class ShapeBinding implements Binding {
  readonly TF_Version = 'shapes';
  declare readonly TF_ATTR_TYPE: number;
  declare readonly TF_ATTR_BOOL: number;
  /** Calls of `executeOp`. */
  operations = 0;
  /** Whose requests are met: an operation's, or an upload's. */
  running = UPLOAD;
  /** Of the handles that `watchSince` found, those that no operation has used since. */
  readonly untouched = new Set<number>();
  /** Of the last operation, in its order. */
  outputsOnHost: readonly boolean[] = [];
  private device: KernelDevice;
  private isAwake = false;
  private listener: RequestListener;
  private readonly handles = new Map<number, Handle>();
  private handlesMade = 0;
  private requests = 0;

  constructor(listener: RequestListener, device: KernelDevice) {
    this.listener = listener;
    this.device = device;
    Object.assign(this, NUMBERS);
  }

  /** As if it were new. One object for all steps of a process: what V8 compiles for one binding it would compile again for another. */
  restart(listener: RequestListener, device: KernelDevice): void {
    this.listener = listener;
    this.device = device;
    this.operations = 0;
    this.running = UPLOAD;
    this.untouched.clear();
    this.outputsOnHost = [];
    this.isAwake = false;
    this.handles.clear();
    this.handlesMade = 0;
    this.requests = 0;
  }

  /** How many handles were made. */
  get lastHandle(): number {
    return this.handlesMade;
  }

  /** Watches whether the live handles that were made after `handle` are used. */
  watchSince(handle: number): void {
    for (const live of this.handles.keys()) if (live > handle) this.untouched.add(live);
  }

  isUsingGpuDevice(): boolean {
    return this.device.isGpu;
  }

  getNumOfTensors(): number {
    return this.handles.size;
  }

  createTensor(shape: number[], dtype: number, values: unknown): number {
    const { length = 0 } = values as ArrayLike<number>;
    const known = values instanceof Int32Array || values instanceof Float32Array;
    const onHost = this.device.isGpu && staysOnHost(dtype);
    return this.make({ shape: [...shape], dtype }, onHost, known && length <= MOST_OPERAND_VALUES ? values : null);
  }

  /** Throws E_UNKNOWN_OPERATION for one whose shapes are not known here. */
  executeOp(name: string, attributes: OpAttribute[], inputs: number[], _outputs: number): OutputMetadata[] {
    this.operations += 1;
    const infer = INFERENCE[name];
    if (infer === undefined) throw fail('E_UNKNOWN_OPERATION', { name });
    if (this.untouched.size > 0) for (const handle of inputs) this.untouched.delete(handle);
    const operands = inputs.map((handle) => this.find(handle));
    const outputs = infer(operands, attributes);
    const shared = sharesFirstInput(name, operands, outputs) ? operands[0] : undefined;
    this.running = name;
    this.wake();
    for (const index of this.device.wantedOnDevice(name)) this.mirror(inputs[index]);
    const { beforeOutputs, afterOutputs } = this.device.scratchOf(name, operands, outputs);
    const before = this.takeScratch(beforeOutputs);
    const onHost = shared?.onHost ?? this.device.leavesOnHost(name, outputs);
    const made = outputs.map((output) => this.describe(this.make(output, onHost, null, shared)));
    if (this.device.isGpu) this.outputsOnHost = made.map(() => onHost);
    for (const request of this.takeScratch(afterOutputs).reverse()) this.listener.returned(request);
    for (const request of before.reverse()) this.listener.returned(request);
    this.running = UPLOAD;
    return made;
  }

  deleteTensor(handle: number): void {
    const { buffer, mirror } = this.find(handle);
    this.handles.delete(handle);
    if (mirror !== null) this.listener.returned(mirror);
    if (buffer === null) return;
    buffer.handles -= 1;
    if (buffer.handles === 0) this.listener.returned(buffer.request);
  }

  /** Zeros: tfjs looks whether the indices of a GatherV2 are within bounds. */
  tensorDataSync(handle: number): Int32Array {
    return new Int32Array(elementCount(this.find(handle).shape));
  }

  private make(
    { shape, dtype }: ShapedOutput,
    onHost: boolean,
    values: ShapedOperand['values'],
    shared?: Handle,
  ): number {
    this.handlesMade += 1;
    const handle = this.handlesMade;
    const bytes = onHost ? 0 : bufferBytes(shape, dtype);
    const isOwn = shared === undefined && bytes > 0;
    const buffer = isOwn
      ? { request: this.take(bytes, { kind: 'buffer', handle }), handles: 0 }
      : (shared?.buffer ?? null);
    if (buffer !== null) buffer.handles += 1;
    this.handles.set(handle, { shape, dtype, values, onHost, buffer, mirror: null });
    return handle;
  }

  private takeScratch(bytes: readonly number[]): Request[] {
    return bytes.length === 0 ? [] : bytes.map((one) => this.take(one, TEMPORARY));
  }

  /** TensorFlow keeps the copy as long as the handle lives (tensor_handle.cc, AddLocalMirror). */
  private mirror(handle: number | undefined): void {
    const operand = handle === undefined ? undefined : this.handles.get(handle);
    if (handle === undefined || !operand?.onHost || operand.mirror !== null) return;
    operand.mirror = this.take(bufferBytes(operand.shape, operand.dtype), { kind: 'mirror', handle });
  }

  /** What TensorFlow takes for a GPU with its first operation. */
  private wake(): void {
    if (!this.isAwake && this.device.ownBytes > 0) this.take(this.device.ownBytes, { kind: 'kept' });
    this.isAwake = true;
  }

  private take(bytes: number, purpose: Purpose): Request {
    this.requests += 1;
    const request = { id: this.requests, bytes };
    this.listener.taken(request, purpose);
    return request;
  }

  private describe(id: number): OutputMetadata {
    const { shape, dtype } = this.find(id);
    return { id, shape: [...shape], dtype };
  }

  private find(handle: number): Handle {
    const found = this.handles.get(handle);
    if (found === undefined) throw new Error(`there is no handle ${handle}`);
    return found;
  }
}
