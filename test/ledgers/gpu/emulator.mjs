/**
 * A GPU's memory behind tfjs's binding, for a process whose TensorFlow computes on the CPU. It keeps exact books of what TensorFlow would
 * hold on the device and on the host, by the rules of its sources, and writes them to stderr for the test to put in the words of the log
 * and of the followed allocator.
 * It is not a GPU: which kernels take scratch, and how much, is made up here.
 */
import { writeSync } from 'node:fs';

const INT32 = 3;
const ELEMENT_BYTES = { 1: 4, 3: 4, 9: 8, 10: 1 };
/** Inputs that a kernel wants on the device even if they are int32; the others are HostMemory. */
const WANTED_ON_DEVICE = { GatherV2: [1], OneHot: [0], Cast: [0], UnsortedSegmentSum: [1], Equal: [0, 1] };
/** Kernels that MLIR generates: the log is silent about what they ask for. */
const SILENT = new Set([
  'AddV2',
  'Add',
  'Sub',
  'Mul',
  'RealDiv',
  'Square',
  'Sqrt',
  'Exp',
  'Tanh',
  'ZerosLike',
  'Neg',
  'Rsqrt',
]);
/** What TensorFlow takes for the device with its first operation, before anybody follows. */
const OWN_SCRATCH_BYTES = 1028;

const tell = (...words) => writeSync(2, `@emulated ${JSON.stringify(words)}\n`);
const bytesOf = ({ shape, dtype }) => shape.reduce((product, size) => product * size, 1) * (ELEMENT_BYTES[dtype] ?? 0);

/** Both count ids for themselves. `roundingBytes` is 1 for cuda_malloc_async. */
class Memory {
  constructor(name, roundingBytes) {
    Object.assign(this, { name, roundingBytes, ids: 0, inUse: 0, peak: 0 });
  }

  /** Null for nothing: tensors without elements are not allocated. */
  take(bytes, kernel, kind) {
    if (bytes === 0) return null;
    const id = ++this.ids;
    const chunkBytes = Math.ceil(bytes / this.roundingBytes) * this.roundingBytes;
    this.inUse += chunkBytes;
    this.peak = Math.max(this.peak, this.inUse);
    if (kind !== 'before') tell(this.name, kind, id, bytes, kernel, chunkBytes);
    return { id, chunkBytes, kernel, kind, handles: 1 };
  }

  giveBack(allocation) {
    if (allocation === null || --allocation.handles > 0) return;
    this.inUse -= allocation.chunkBytes;
    tell(this.name, `${allocation.kind}-freed`, allocation.id, allocation.kernel);
  }
}

/** Puts itself behind `native.binding`, and returns what TensorFlow would say of the device. */
export function emulateGpu(native, { interpose, sharesFirstInput, allocator }) {
  Object.defineProperty(native, 'isUsingGpuDevice', { value: true });
  const asynchronous = allocator === 'cuda_malloc_async';
  const [device, host] = [new Memory('device', asynchronous ? 1 : 256), new Memory('host', 64)];
  const handles = new Map();
  /** Freed by another thread, some time after the copy is done. */
  const afterCopy = [];
  let outputsOnHost = [];
  let woken = false;

  const behind = interpose(native, {
    createTensor(shape, dtype, values) {
      settle();
      const handle = behind.createTensor(shape, dtype, values);
      const bytes = bytesOf({ shape, dtype });
      const uploaded = host.take(bytes, 'TF_NewTensor', 'raw');
      const onHost = dtype === INT32;
      if (!onHost && uploaded !== null) afterCopy.push(uploaded);
      const allocation = onHost ? uploaded : device.take(bytes, 'Unknown', 'tensor');
      const small = values instanceof Int32Array && values.length <= 8;
      handles.set(handle, {
        shape,
        dtype,
        values: small ? values : null,
        memory: onHost ? host : device,
        allocation,
        mirror: null,
      });
      return handle;
    },
    executeOp(name, attributes, inputHandles, outputCount) {
      settle();
      const made = behind.executeOp(name, attributes, inputHandles, outputCount);
      if (!woken) device.take(OWN_SCRATCH_BYTES, '', 'before');
      woken = true;
      const inputs = inputHandles.map((handle) => handles.get(handle));
      for (const index of WANTED_ON_DEVICE[name] ?? []) {
        const input = inputs[index];
        if (input.memory === host) input.mirror ??= device.take(bytesOf(input), 'Unknown', 'tensor');
      }
      const temporaries = name === 'Softmax' ? [0, 1].map(() => device.take(bytesOf(made[0]), name, 'tensor')) : [];
      const scratch = name === 'Sum' ? device.take(1000, name, 'raw') : null;
      const shared = sharesFirstInput(name, inputs, made) ? inputs[0] : null;
      for (const output of made) {
        const memory = shared?.memory ?? (output.dtype === INT32 && name !== 'Cast' ? host : device);
        const allocation =
          shared === null
            ? memory.take(bytesOf(output), name, SILENT.has(name) && memory === device ? 'silent' : 'tensor')
            : shared.allocation;
        if (shared !== null && allocation !== null) allocation.handles += 1;
        handles.set(output.id, {
          shape: output.shape,
          dtype: output.dtype,
          values: null,
          memory,
          allocation,
          mirror: null,
        });
      }
      for (const temporary of [...temporaries, scratch]) device.giveBack(temporary);
      outputsOnHost = made.map(({ id }) => handles.get(id).memory === host);
      return made;
    },
    deleteTensor(handle) {
      behind.deleteTensor(handle);
      const { memory, allocation, mirror } = handles.get(handle);
      handles.delete(handle);
      memory.giveBack(allocation);
      device.giveBack(mirror);
    },
  });

  function settle() {
    for (const uploaded of afterCopy.splice(0)) host.giveBack(uploaded);
  }

  return {
    deviceName: '/job:localhost/replica:0/task:0/device:GPU:0',
    allocatorName: asynchronous ? 'gpu_async_0' : 'GPU_0_bfc',
    configurationError: null,
    read: () => ({ bytesInUse: device.inUse, peakBytesInUse: device.peak }),
    clearPeak() {
      device.peak = device.inUse;
    },
    lastUploadAllocatedBytes: () => 1, // the host's: of no use
    followAllocations() {},
    followOutputs() {},
    lastOutputsOnHost: () => outputsOnHost,
  };
}
