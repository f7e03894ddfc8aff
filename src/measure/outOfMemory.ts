/** Recognises TensorFlow's out-of-memory among all errors. It arrives as a plain `Error` without a code. */

import type { FailedCall } from '../ledgers/books.ts';

/** tensorflow/core/framework/op_kernel.cc: "OOM when allocating tensor with shape[…] and type … on … by allocator …". */
const OUT_OF_MEMORY = /OOM when allocating tensor with shape\[([\d,]*)\] and type (\w+)/;
/**
 * What a GPU says besides. Kernels that MLIR generates: "failed to allocate memory" with RESOURCE_EXHAUSTED, TF_Code 8 (tf_framework_ops.cc).
 * An upload: the copy of it found no memory (gpu_util.cc, CopyCPUTensorToGPU), seen on an H200 under a limit of 23 MiB.
 */
const DEVICE_OUT_OF_MEMORY = /Invalid TF_Status: 8\b|Dst tensor is not initialized/;
/** What V8 says when an array for the upload does not fit. */
const HOST_OUT_OF_MEMORY = /Array buffer allocation failed|Invalid typed array length/;

/** bfc_allocator.cc, AllocateRaw: what the allocator itself says before anyone learns of it. */
const ALLOCATOR_GAVE_UP = /ran out of memory trying to allocate \S+ \(rounded to (\d+)\)/;

const TYPE_BYTES: Readonly<Record<string, number>> = {
  float: 4,
  double: 8,
  int32: 4,
  int64: 8,
  bool: 1,
  half: 2,
  bfloat16: 2,
};

/** The request that could not be met: its bytes where shape and type are known. */
export interface Exhausted {
  readonly message: string;
  readonly bytes: number | null;
  readonly kernel: string | null;
  readonly liveBytes: number | null;
}

/** Null for any other error. */
export function outOfMemory(error: unknown, call: FailedCall | null): Exhausted | null {
  if (!(error instanceof Error)) return null;
  const [found, shape = '', type = ''] = OUT_OF_MEMORY.exec(error.message) ?? [];
  const isOther = ![DEVICE_OUT_OF_MEMORY, HOST_OUT_OF_MEMORY].some((words) => words.test(error.message));
  if (found === undefined && isOther) return null;
  const elementBytes = TYPE_BYTES[type];
  const elements = shape.split(',').reduce((product, dimension) => product * Number(dimension || 1), 1);
  return {
    message: error.message.replace(/\s+/g, ' ').trim(),
    bytes: elementBytes === undefined ? null : elements * elementBytes,
    kernel: call?.kernel ?? null,
    liveBytes: call?.liveBytes ?? null,
  };
}

/**
 * Out of memory in an upload kills the process: tfjs's addon does not check what TF_NewTensor returns and dies of SIGSEGV. Only the
 * allocator's warning on stderr then tells why. `bytes` is rounded up as the allocator had it.
 */
export function outOfMemoryInLog(lines: readonly string[]): Exhausted | null {
  const line = lines.findLast((text) => ALLOCATOR_GAVE_UP.test(text));
  if (line === undefined) return null;
  const [said = '', rounded] = ALLOCATOR_GAVE_UP.exec(line) ?? [];
  return {
    message: `the allocator ${said}; the upload then ended the process`,
    bytes: Number(rounded),
    kernel: 'upload',
    liveBytes: null,
  };
}
