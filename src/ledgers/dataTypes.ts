/** Bytes per element of TensorFlow's types, by the number that the binding uses (tensorflow/c/tf_datatype.h). */
const ELEMENT_BYTES: Readonly<Record<number, number>> = {
  1: 4, // TF_FLOAT
  2: 8, // TF_DOUBLE
  3: 4, // TF_INT32
  4: 1, // TF_UINT8
  6: 1, // TF_INT8
  8: 8, // TF_COMPLEX64
  9: 8, // TF_INT64
  10: 1, // TF_BOOL
  14: 2, // TF_BFLOAT16
  19: 2, // TF_HALF
};

export const TF_INT32 = 3;

/** Bytes of a dense buffer; 0 for types without a fixed size (strings). */
export function bufferBytes(shape: readonly number[], dtype: number): number {
  return shape.reduce((product, dimension) => product * dimension, ELEMENT_BYTES[dtype] ?? 0);
}
