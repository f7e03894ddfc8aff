/**
 * `buffers`: distinct TensorFlow buffers of live tensors, sampled after every call into the binding. A view counts once; a typed array
 * that has not been uploaded does not count. On tfjs's own CPU backend, which has no binding, the engine's data ids are the buffers.
 */
import type { Tensor } from '../model/tensorflow.ts';
import { type Binding, interpose, type NativeBackend } from '../runtime/binding.ts';
import { bufferBytes, TF_INT32 } from './dataTypes.ts';
import { listenToEngine } from './engine.ts';
import { HighWater } from './highWater.ts';
import type { LedgerSource } from './ledger.ts';
import { type Operand, sharesFirstInput } from './sharing.ts';

interface Buffer {
  readonly bytes: number;
  handles: number;
}

interface Handle extends Operand {
  readonly buffer: Buffer;
}

/** Axes, permutations and shapes have a handful of elements; longer int32 tensors are data. */
const MOST_OPERAND_VALUES = 8;

export const buffers: LedgerSource = {
  id: 'buffers',
  start({ tf, native }) {
    const water = new HighWater();
    if (native === null) {
      const bytesOf = ({ size, dtype }: Tensor) => size * (dtype === 'bool' ? 1 : 4);
      listenToEngine(tf, {
        tracked: (tensor, newData, kernel) => newData && water.add(bytesOf(tensor), kernel),
        disposed: (tensor, dataGone) => dataGone && water.add(-bytesOf(tensor), ''),
      });
    } else {
      countHandles(native, water);
    }
    return water;
  },
};

function countHandles(native: NativeBackend, water: HighWater): void {
  const handles = new Map<number, Handle>();
  const hold = (id: number, operand: Operand, buffer: Buffer, op: string): void => {
    if (buffer.handles === 0) water.add(buffer.bytes, op);
    buffer.handles += 1;
    handles.set(id, { ...operand, buffer });
  };
  const functions: Partial<Binding> = {
    createTensor(shape, dtype, values) {
      const id = behind.createTensor(shape, dtype, values);
      // On a GPU int32 tensors made from JS stay on the host: they are no device memory (tfjs_backend.cc, CreateTensor).
      const onDevice = !(native.isUsingGpuDevice && dtype === TF_INT32);
      const small = values instanceof Int32Array && values.length <= MOST_OPERAND_VALUES;
      const operand = { shape, dtype, values: small ? values : null };
      hold(id, operand, { bytes: onDevice ? bufferBytes(shape, dtype) : 0, handles: 0 }, 'upload');
      return id;
    },
    executeOp(name, attributes, inputIds, outputCount) {
      const outputs = behind.executeOp(name, attributes, inputIds, outputCount);
      const inputs = inputIds.map((id) => handles.get(id)).filter((handle) => handle !== undefined);
      const shared = sharesFirstInput(name, inputs, outputs) ? inputs[0]?.buffer : undefined;
      for (const { id, shape, dtype } of outputs) {
        hold(id, { shape, dtype, values: null }, shared ?? { bytes: bufferBytes(shape, dtype), handles: 0 }, name);
      }
      return outputs;
    },
    deleteTensor(id) {
      behind.deleteTensor(id);
      const handle = handles.get(id);
      if (handle === undefined) return;
      handles.delete(id);
      handle.buffer.handles -= 1;
      if (handle.buffer.handles === 0) water.add(-handle.buffer.bytes, '');
    },
  };
  const behind = interpose(native, functions);
}
