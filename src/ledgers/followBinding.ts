/** Tells the books about TensorFlow's handles: every upload, every operation's outputs, every deletion. */
import { currentPlace, type Place } from '../model/component.ts';
import { type Binding, interpose, type NativeBackend } from '../runtime/binding.ts';
import type { Books, Handle, HostOperand } from './books.ts';
import { bufferBytes, elementCount, staysOnHost } from './dataTypes.ts';
import { OnKey } from './onKey.ts';
import { sharesFirstInput } from './sharing.ts';

/** Axes, permutations and shapes have a handful of elements; longer int32 tensors are data. */
const MOST_OPERAND_VALUES = 8;

/** On an array that waits: what it is of, and where it was made. */
const MADE_AT = Symbol('made at');

const NONE: readonly never[] = [];

/** tfjs keeps a typed array until an operation needs it; only then is it uploaded (nodejs_kernel_backend.ts, `move`). */
interface LazyBackend extends NativeBackend {
  move(dataId: object, values: object, ...rest: unknown[]): void;
}

/** `outputsOnHost` says where the outputs of the last operation are; what it does not speak of is on the device. */
export function followBinding(native: NativeBackend, books: Books, outputsOnHost: () => readonly boolean[]): void {
  /** Where an array was made, which is not where it is uploaded. */
  const placeOfArray = new OnKey<{ readonly dataId: object; readonly place: Place }>(MADE_AT);
  const backend = native as LazyBackend;
  const move = backend.move;
  backend.move = function moveHeard(dataId, values, ...rest) {
    if (values !== null && typeof values === 'object') placeOfArray.set(values, { dataId, place: currentPlace() });
    move.call(this, dataId, values, ...rest);
  };

  const noting = <T>(kernel: string, call: () => T): T => {
    try {
      return call();
    } catch (error) {
      books.failedCall ??= { kernel, liveBytes: books.water.level };
      throw error;
    }
  };

  const functions: Partial<Binding> = {
    createTensor(shape, dtype, values) {
      const handle = noting('upload', () => behind.createTensor(shape, dtype, values));
      const onHost = native.isUsingGpuDevice && staysOnHost(dtype);
      const bytes = onHost ? 0 : bufferBytes(shape, dtype);
      const small = values instanceof Int32Array && values.length <= MOST_OPERAND_VALUES;
      const array = placeOfArray.get(values as object);
      const place = array?.place ?? currentPlace();
      const operand = { shape, dtype, values: small ? values : null };
      const buffer = books.hold(handle, operand, { bytes, onHost, shape, dtype, madeBy: 'upload', place });
      if (array !== undefined) books.uploaded(array.dataId, buffer);
      for (const listener of books.listeners) listener.uploaded(buffer);
      return handle;
    },
    executeOp(name, attributes, inputHandles, outputCount) {
      const outputs = noting(name, () => behind.executeOp(name, attributes, inputHandles, outputCount));
      const inputs = inputHandles.map((handle) => books.handles.get(handle)).filter((input) => input !== undefined);
      const shared = sharesFirstInput(name, inputs, outputs) ? inputs[0]?.buffer : undefined;
      const places = outputsOnHost();
      const made = outputs.map(({ id, shape, dtype }, index) => {
        const place = books.attribution.placeOfNew(elementCount(shape));
        const onHost = places[index] ?? false;
        const bytes = onHost ? 0 : bufferBytes(shape, dtype);
        const output = { bytes, onHost, shape, dtype, madeBy: name, place };
        return books.hold(id, { shape, dtype, values: null }, output, shared);
      });
      const operands = native.isUsingGpuDevice ? hostOperands(books, inputHandles) : NONE;
      for (const listener of books.listeners) listener.executed(name, shared === undefined ? made : NONE, operands);
      return outputs;
    },
    deleteTensor(handle) {
      behind.deleteTensor(handle);
      books.release(handle);
    },
  };
  const behind = interpose(native, functions);
}

function hostOperands(books: Books, inputHandles: readonly Handle[]): HostOperand[] {
  return [...new Set(inputHandles)].flatMap((handle) => {
    const operand = books.handles.get(handle);
    if (!operand?.buffer.onHost) return [];
    return [{ handle, bytes: bufferBytes(operand.shape, operand.dtype), place: operand.buffer.place }];
  });
}
