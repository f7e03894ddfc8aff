/** TensorFlow's data types, by the number that its C interface and the binding use (tensorflow/c/tf_datatype.h). */
interface DataType {
  readonly name: string;
  /** Bytes per element; 0 for types without a fixed size. */
  readonly elementBytes: number;
}

const TF_INT32 = 3;
const TF_INT8 = 6;
const TF_STRING = 7;
const TF_BFLOAT16 = 14;
const TF_HALF = 19;

/** Arrays from JavaScript that tfjs leaves on the host of a GPU (tfjs_backend.cc, CreateTensor); all others, int64 too, it copies. */
export const staysOnHost = (dtype: number): boolean => dtype === TF_INT32 || dtype === TF_STRING;

const DATA_TYPES: Readonly<Record<number, DataType>> = {
  1: { name: 'float32', elementBytes: 4 },
  2: { name: 'float64', elementBytes: 8 },
  [TF_INT32]: { name: 'int32', elementBytes: 4 },
  4: { name: 'uint8', elementBytes: 1 },
  [TF_INT8]: { name: 'int8', elementBytes: 1 },
  [TF_STRING]: { name: 'string', elementBytes: 0 },
  8: { name: 'complex64', elementBytes: 8 },
  9: { name: 'int64', elementBytes: 8 },
  10: { name: 'bool', elementBytes: 1 },
  [TF_BFLOAT16]: { name: 'bfloat16', elementBytes: 2 },
  [TF_HALF]: { name: 'float16', elementBytes: 2 },
};

export const dataTypeName = (dtype: number): string => DATA_TYPES[dtype]?.name ?? `type ${dtype}`;

/** 16-bit floats, which tfjs does not have. */
export const isNarrow = (dtype: number | string): boolean => dtype === TF_BFLOAT16 || dtype === TF_HALF;

/** What tfjs counts too much of a buffer of types that it does not have: it takes each value for 4 bytes of float32. */
export function narrowExcessBytes(dtype: number | string, bytes: number): number {
  if (isNarrow(dtype)) return bytes; // 4 over 2
  return dtype === TF_INT8 ? 3 * bytes : 0;
}

/** Elements of a dense buffer; 1 for a scalar. */
export const elementCount = (shape: readonly number[]): number =>
  shape.reduce((product, dimension) => product * dimension, 1);

/** Bytes of a dense buffer; 0 for types without a fixed size (strings) and for unknown ones. */
export const bufferBytes = (shape: readonly number[], dtype: number): number =>
  elementCount(shape) * (DATA_TYPES[dtype]?.elementBytes ?? 0);
