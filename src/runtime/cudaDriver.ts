/**
 * The functions of CUDA's driver that are used here, as cuda.h declares them. The driver is in the process already, through TensorFlow:
 * nothing here makes memory, and the context is the one that TensorFlow uses too (the device's primary one).
 */
import { ForeignFunctions, type Parameter } from './foreignFunctions.ts';
import type { Koffi } from './koffi.ts';

/** The name that the driver installs; without `.1` it exists only where developer packages are. */
export const CUDA_DRIVER_LIBRARY = 'libcuda.so.1';

/** CUresult of cuda.h: those that a reader will meet. */
const CUDA_SUCCESS = 0;
const ERROR_NAMES: Readonly<Record<number, string>> = {
  1: 'CUDA_ERROR_INVALID_VALUE',
  3: 'CUDA_ERROR_NOT_INITIALIZED',
  100: 'CUDA_ERROR_NO_DEVICE',
  201: 'CUDA_ERROR_INVALID_CONTEXT',
  801: 'CUDA_ERROR_NOT_SUPPORTED',
};

/** CUmemPool_attribute of cuda.h: cuuint64_t each. "High watermark can only be reset to zero"; whether it then reads as 0 is not said. */
export const USED_MEM_CURRENT = 7;
export const USED_MEM_HIGH = 8;

/** CUdevice is an int; CUmemoryPool and CUcontext are pointers that CUDA hands out and takes back. */
type Device = number;
type Handle = bigint;

/** Calls that throw with the name of the error when they fail. */
export class CudaDriver {
  private readonly functions: ForeignFunctions;

  /** Throws if the driver is not there or has no device. */
  constructor(path: string, koffi: Koffi) {
    this.functions = new ForeignFunctions(path, koffi);
    this.call('cuInit', [['unsigned int', 0]]);
  }

  /** `ordinal` counts the visible devices. */
  device(ordinal: number): Device {
    const device = Buffer.alloc(4);
    this.call('cuDeviceGet', [
      ['void *', device],
      ['int', ordinal],
    ]);
    return device.readInt32LE();
  }

  /** The pool that cuda_malloc_async takes from (gpu_cudamallocasync_allocator.cc). */
  defaultPool(device: Device): Handle {
    return this.handle('cuDeviceGetDefaultMemPool', device);
  }

  /** Keeps the context for as long as the process lives. */
  primaryContext(device: Device): Handle {
    return this.handle('cuDevicePrimaryCtxRetain', device);
  }

  /** Waits until the device has done all that it was asked for in this context. */
  synchronize(context: Handle): void {
    this.call('cuCtxPushCurrent_v2', [['uintptr_t', context]]);
    try {
      this.call('cuCtxSynchronize', []);
    } finally {
      this.call('cuCtxPopCurrent_v2', [['void *', Buffer.alloc(8)]]);
    }
  }

  poolAttribute(pool: Handle, attribute: number): bigint {
    const value = Buffer.alloc(8);
    this.call('cuMemPoolGetAttribute', [
      ['uintptr_t', pool],
      ['int', attribute],
      ['void *', value],
    ]);
    return value.readBigUInt64LE();
  }

  clearPoolAttribute(pool: Handle, attribute: number): void {
    this.call('cuMemPoolSetAttribute', [
      ['uintptr_t', pool],
      ['int', attribute],
      ['void *', Buffer.alloc(8)],
    ]);
  }

  private handle(name: string, device: Device): Handle {
    const handle = Buffer.alloc(8);
    this.call(name, [
      ['void *', handle],
      ['int', device],
    ]);
    return handle.readBigUInt64LE();
  }

  private call(name: string, parameters: readonly Parameter[]): void {
    const code = this.functions.call(name, 'int', parameters) as number;
    if (code !== CUDA_SUCCESS) throw new Error(`${name}: ${ERROR_NAMES[code] ?? 'error'} (${code})`);
  }
}
