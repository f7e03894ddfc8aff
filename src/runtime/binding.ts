/** The functions of tfjs's native addon that pass every tensor, and how to stand between tfjs and them. */

/** What an operation says about one of its outputs. */
export interface OutputMetadata {
  readonly id: number;
  readonly shape: number[];
  /** TensorFlow's `TF_DataType`. */
  readonly dtype: number;
}

export interface OpAttribute {
  readonly name: string;
  readonly type: number;
  readonly value: unknown;
}

export interface Binding {
  createTensor(shape: number[], dtype: number, values: ArrayBufferView | unknown): number;
  deleteTensor(id: number): void;
  executeOp(name: string, attributes: OpAttribute[], inputs: number[], outputs: number): OutputMetadata[];
  /** Waits for the device. Only for types that JavaScript has. */
  tensorDataSync(handle: number): Float32Array | Int32Array | Uint8Array;
}

/** tfjs's native backend: its `binding` is a plain field, the functions behind it are not writable. */
export interface NativeBackend {
  /** `getNumOfTensors`: live TensorFlow handles. */
  binding: Binding & {
    readonly TF_Version: string;
    readonly TF_ATTR_TYPE: number;
    readonly TF_ATTR_BOOL: number;
    getNumOfTensors(): number;
  };
  readonly isUsingGpuDevice: boolean;
}

/** What tfjs or a test handed in, below everything that was put in front of it. */
const lowest = new WeakMap<NativeBackend['binding'], NativeBackend['binding']>();

/**
 * Puts `functions` in front of the binding's own; the rest stays reachable behind them. Returns what was there. Whatever lies between is
 * copied, so that all are one step above the lowest: V8 then knows them for alike, and compiles what calls them once.
 */
export function interpose(backend: NativeBackend, functions: Partial<Binding>): NativeBackend['binding'] {
  const behind = backend.binding;
  const bottom = lowest.get(behind);
  const between = bottom === undefined ? {} : Object.getOwnPropertyDescriptors(behind);
  const descriptors = Object.fromEntries(
    Object.entries(functions).map(([name, value]) => [name, { value, enumerable: true, configurable: true }]),
  );
  const front = Object.create(bottom ?? behind, { ...between, ...descriptors });
  lowest.set(front, bottom ?? behind);
  backend.binding = front;
  return behind;
}

/**
 * Makes TensorFlow copy every typed array. `TF_NewTensor` borrows an array that happens to be 64-byte aligned, and such a tensor stays out of
 * the allocator's books, at random. A view that starts 4 bytes into its own buffer is never 64-byte aligned (malloc aligns to 16).
 */
export function copyEveryUpload(backend: NativeBackend): void {
  const behind = interpose(backend, {
    createTensor: (shape, dtype, values) => behind.createTensor(shape, dtype, misaligned(values)),
  });
}

function misaligned(values: unknown): unknown {
  if (!(values instanceof Float32Array || values instanceof Int32Array || values instanceof Uint8Array)) return values;
  const offsetBytes = 4;
  const buffer = new ArrayBuffer(values.byteLength + offsetBytes);
  const copy = new (values.constructor as Float32ArrayConstructor)(buffer, offsetBytes, values.length);
  copy.set(values as Float32Array);
  return copy;
}
