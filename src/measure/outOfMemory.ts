/** Recognises TensorFlow's out-of-memory among all errors. It arrives as a plain `Error` without a code. */

/** tensorflow/core/framework/op_kernel.cc: "OOM when allocating tensor with shape[…] and type … on … by allocator …". */
const OUT_OF_MEMORY = /OOM when allocating tensor with shape\[([\d,]*)\] and type (\w+)/;

const TYPE_BYTES: Readonly<Record<string, number>> = {
  float: 4,
  double: 8,
  int32: 4,
  int64: 8,
  bool: 1,
  half: 2,
  bfloat16: 2,
};

/** The request that could not be met: its bytes where shape and type are known. Null for any other error. */
export function outOfMemory(error: unknown): { message: string; bytes: number | null } | null {
  if (!(error instanceof Error)) return null;
  const match = OUT_OF_MEMORY.exec(error.message);
  if (match === null) {
    const hostMemory = /Array buffer allocation failed|Invalid typed array length/.test(error.message);
    return hostMemory ? { message: error.message, bytes: null } : null;
  }
  const [, shape = '', type = ''] = match;
  const elementBytes = TYPE_BYTES[type];
  const elements = shape.split(',').reduce((product, dimension) => product * Number(dimension || 1), 1);
  return {
    message: error.message.replace(/\s+/g, ' ').trim(),
    bytes: elementBytes === undefined ? null : elements * elementBytes,
  };
}
