/**
 * The functions of CUDA's driver that are used here, as cuda.h declares them. Where something is measured the driver is in the process
 * already, through TensorFlow: nothing here makes memory, and the context is the one that TensorFlow uses too (the device's primary one).
 */
import { ForeignFunctions, type Parameter } from './foreignFunctions.ts';
import type { Koffi } from './koffi.ts';

/** The name that the driver installs; without `.1` it exists only where developer packages are. */
export const CUDA_DRIVER_LIBRARY = 'libcuda.so.1';

/** CUresult of cuda.h: those that a reader will meet. */
const CUDA_SUCCESS = 0;
const ERROR_NAMES: Readonly<Record<number, string>> = {
  1: 'CUDA_ERROR_INVALID_VALUE',
  2: 'CUDA_ERROR_OUT_OF_MEMORY',
  3: 'CUDA_ERROR_NOT_INITIALIZED',
  34: 'CUDA_ERROR_STUB_LIBRARY',
  46: 'CUDA_ERROR_DEVICE_UNAVAILABLE',
  100: 'CUDA_ERROR_NO_DEVICE',
  101: 'CUDA_ERROR_INVALID_DEVICE',
  201: 'CUDA_ERROR_INVALID_CONTEXT',
  304: 'CUDA_ERROR_OPERATING_SYSTEM',
  801: 'CUDA_ERROR_NOT_SUPPORTED',
  802: 'CUDA_ERROR_SYSTEM_NOT_READY',
  803: 'CUDA_ERROR_SYSTEM_DRIVER_MISMATCH',
  804: 'CUDA_ERROR_COMPAT_NOT_SUPPORTED_ON_DEVICE',
  999: 'CUDA_ERROR_UNKNOWN',
};

/** CUdevice_attribute of cuda.h: CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR and _MINOR. */
const COMPUTE_CAPABILITY = [75, 76] as const;
const NAME_BYTES = 256;

/** A call that failed, with the name of the error in its message. */
export class CudaError extends Error {
  readonly code: number;

  constructor(call: string, code: number) {
    super(`${call}: ${ERROR_NAMES[code] ?? 'error'} (${code})`);
    this.code = code;
  }
}

/** CUmemPool_attribute of cuda.h: cuuint64_t each. "High watermark can only be reset to zero"; whether it then reads as 0 is not said. */
export const USED_MEM_CURRENT = 7;
export const USED_MEM_HIGH = 8;

/** CUdevice is an int; CUmemoryPool and CUcontext are pointers that CUDA hands out and takes back. */
type Device = number;
type Handle = bigint;

/** Calls that throw a CudaError when they fail. */
export class CudaDriver {
  private readonly functions: ForeignFunctions;

  /** Throws if the driver is not there or has no device. */
  constructor(path: string, koffi: Koffi) {
    this.functions = new ForeignFunctions(path, koffi);
    this.call('cuInit', [['unsigned int', 0]]);
  }

  /** The newest version of CUDA that the driver knows: 1000 · major + 10 · minor. */
  cudaVersion(): number {
    return this.int('cuDriverGetVersion');
  }

  /** Of the visible ones. */
  deviceCount(): number {
    return this.int('cuDeviceGetCount');
  }

  /** `ordinal` counts the visible devices. */
  device(ordinal: number): Device {
    return this.int('cuDeviceGet', ['int', ordinal]);
  }

  deviceName(device: Device): string {
    const name = Buffer.alloc(NAME_BYTES);
    this.call('cuDeviceGetName', [
      ['void *', name],
      ['int', NAME_BYTES],
      ['int', device],
    ]);
    return name.toString('utf8', 0, name.indexOf(0));
  }

  /** 9.0 is [9, 0]. */
  computeCapability(device: Device): [major: number, minor: number] {
    const [major, minor] = COMPUTE_CAPABILITY;
    return [this.attribute(device, major), this.attribute(device, minor)];
  }

  totalBytes(device: Device): number {
    return Number(this.word('cuDeviceTotalMem_v2', ['int', device]));
  }

  /** The pool that cuda_malloc_async takes from (gpu_cudamallocasync_allocator.cc). */
  defaultPool(device: Device): Handle {
    return this.word('cuDeviceGetDefaultMemPool', ['int', device]);
  }

  /** Keeps the context for as long as the process lives. */
  primaryContext(device: Device): Handle {
    return this.word('cuDevicePrimaryCtxRetain', ['int', device]);
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

  private attribute(device: Device, attribute: number): number {
    return this.int('cuDeviceGetAttribute', ['int', attribute], ['int', device]);
  }

  /** Of functions that write an int through their first parameter. */
  private int(name: string, ...others: Parameter[]): number {
    const value = Buffer.alloc(4);
    this.call(name, [['void *', value], ...others]);
    return value.readInt32LE();
  }

  /** Of those that write a pointer or a size_t there. */
  private word(name: string, ...others: Parameter[]): bigint {
    const value = Buffer.alloc(8);
    this.call(name, [['void *', value], ...others]);
    return value.readBigUInt64LE();
  }

  private call(name: string, parameters: readonly Parameter[]): void {
    const code = this.functions.call(name, 'int', parameters) as number;
    if (code !== CUDA_SUCCESS) throw new CudaError(name, code);
  }
}
