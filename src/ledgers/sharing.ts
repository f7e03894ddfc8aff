/**
 * Which TensorFlow operations return their first input's buffer instead of a new one. Eager execution never forwards an input for reuse
 * (tensor_handle_data.cc keeps a second reference for that purpose), so these rules, read in the kernels' sources, are all there is.
 */

import { bufferBytes } from './dataTypes.ts';

/** What the binding shows of an operand: `values` only for small tensors that came from JS (axes, permutations, shapes). */
export interface Operand {
  readonly shape: readonly number[];
  readonly dtype: number;
  readonly values: Int32Array | Float32Array | null;
}

type Rule = (inputs: readonly Operand[], outputs: readonly Pick<Operand, 'shape' | 'dtype'>[]) => boolean;

const always: Rule = () => true;
const whole: Rule = ([input], [output]) =>
  input !== undefined && output !== undefined && alike(input.shape, output.shape);

const alike = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((size, index) => size === b[index]);

/** Reductions whose axes all have one element copy nothing (reduction_ops_common.h, "Special case. Reduces nothing"). */
const reducesNothing: Rule = ([input, axes]) => {
  const rank = input?.shape.length ?? 0;
  const reduced = axes?.values ?? null;
  return reduced?.every((axis) => input?.shape[axis < 0 ? axis + rank : axis] === 1) ?? false;
};

/** Dimensions larger than 1 keep their order (transpose_op.cc, NonSingletonDimensionsAlign). */
const keepsOrder: Rule = ([input, permutation]) => {
  if (permutation?.values == null) return false;
  const moved = permutation.values.filter((dimension) => input?.shape[dimension] !== 1);
  return moved.every((dimension, index) => index === 0 || dimension > (moved[index - 1] as number));
};

const ALIGNMENT_BYTES = 64; // EIGEN_MAX_ALIGN_BYTES, as TensorFlow is built

/** All of it, or rows of it that begin and end at an aligned address (slice_op.cc, "is_identity" and "slice_dim0"; ops_util.h, IsDim0SliceAligned). */
const slicesRows: Rule = (inputs, outputs) => {
  if (whole(inputs, outputs)) return true;
  const [input, begin, size] = inputs;
  const [output] = outputs;
  if (input === undefined || output === undefined || begin?.values == null || size?.values == null) return false;
  const [rows = 0, ...inner] = input.shape;
  if (rows === 0 || !alike(inner, output.shape.slice(1))) return false;
  if (inner.length > 0) return bufferBytes(inner, input.dtype) % ALIGNMENT_BYTES === 0;
  const isAligned = (elements: number): boolean => bufferBytes([elements], input.dtype) % ALIGNMENT_BYTES === 0;
  return isAligned(begin.values[0] ?? 0) && isAligned(size.values[0] ?? 0);
};

const RULES: Readonly<Record<string, Rule>> = {
  Reshape: always, // reshape_op.h: Tensor::CopyFrom shares the buffer
  ExpandDims: always,
  Squeeze: always,
  Identity: always,
  Cast: ([input], [output]) => input?.dtype === output?.dtype, // cast_op.cc: set_output(0, inp)
  Transpose: keepsOrder,
  Sum: reducesNothing,
  Mean: reducesNothing,
  Max: reducesNothing,
  Min: reducesNothing,
  Prod: reducesNothing,
  Slice: slicesRows,
  Tile: whole, // tile_ops.cc: all multiples are 1
  PadV2: whole, // pad_op.cc: all paddings are 0
  SplitV: (_inputs, outputs) => outputs.length === 1, // split_v_op.cc
};

export const sharesFirstInput = (
  op: string,
  inputs: readonly Operand[],
  outputs: readonly Pick<Operand, 'shape' | 'dtype'>[],
): boolean => RULES[op]?.(inputs, outputs) ?? false;
