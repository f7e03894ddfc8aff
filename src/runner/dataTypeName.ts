/** Names of TensorFlow's types, by the number that its C interface uses (tensorflow/c/tf_datatype.h). */
const NAMES: Readonly<Record<number, string>> = {
  1: 'float32',
  2: 'float64',
  3: 'int32',
  4: 'uint8',
  6: 'int8',
  7: 'string',
  8: 'complex64',
  9: 'int64',
  10: 'bool',
  14: 'bfloat16',
  19: 'float16',
};

export const dataTypeName = (dtype: number): string => NAMES[dtype] ?? `type ${dtype}`;
