/** Operations that move elements, take some, or make them. Sizes and axes are operands: small int32 arrays on the host. */
import { elementCount } from '../../ledgers/dataTypes.ts';
import { fromFront, type Infer, number, numbers, operand } from '../operand.ts';

/** `Reshape`(input, shape): one size may be −1. */
export const reshape: Infer = (operands) => {
  const input = operand(operands, 0);
  const wanted = numbers(operand(operands, 1));
  const known = wanted.reduce((product, size) => (size === -1 ? product : product * size), 1);
  const shape = wanted.map((size) => (size === -1 ? elementCount(input.shape) / known : size));
  return [{ shape, dtype: input.dtype }];
};

/** `Transpose`(input, permutation). */
export const transpose: Infer = (operands) => {
  const { shape, dtype } = operand(operands, 0);
  return [{ shape: numbers(operand(operands, 1)).map((axis) => shape[axis] as number), dtype }];
};

/** `Fill`(shape, value). */
export const fill: Infer = (operands) => [{ shape: numbers(operand(operands, 0)), dtype: operand(operands, 1).dtype }];

/** `Range`(start, limit, delta). */
export const range: Infer = (operands) => {
  const [start, limit, delta] = [0, 1, 2].map((index) => number(operand(operands, index))) as [number, number, number];
  return [{ shape: [Math.max(0, Math.ceil((limit - start) / delta))], dtype: operand(operands, 0).dtype }];
};

/** `PadV2`(input, paddings [rank, 2], value). */
export const pad: Infer = (operands) => {
  const { shape, dtype } = operand(operands, 0);
  const paddings = numbers(operand(operands, 1));
  return [
    { shape: shape.map((size, axis) => size + (paddings[2 * axis] ?? 0) + (paddings[2 * axis + 1] ?? 0)), dtype },
  ];
};

/** `ConcatV2`(…inputs, axis). */
export const concat: Infer = (operands) => {
  const inputs = operands.slice(0, -1);
  const { shape, dtype } = operand(inputs, 0);
  const along = fromFront(number(operand(operands, operands.length - 1)), shape.length);
  const total = inputs.reduce((sum, input) => sum + (input.shape[along] ?? 0), 0);
  return [{ shape: shape.map((size, axis) => (axis === along ? total : size)), dtype }];
};

/** `SplitV`(input, sizes, axis): a size of −1 is all that is left. */
export const split: Infer = (operands) => {
  const { shape, dtype } = operand(operands, 0);
  const sizes = numbers(operand(operands, 1));
  const along = fromFront(number(operand(operands, 2)), shape.length);
  const given = sizes.reduce((sum, size) => sum + Math.max(0, size), 0);
  return sizes.map((size) => ({
    shape: shape.map((whole, axis) => (axis === along ? (size === -1 ? whole - given : size) : whole)),
    dtype,
  }));
};

/** `GatherV2`(params, indices, axis): the axis is replaced by the shape of the indices. */
export const gather: Infer = (operands) => {
  const { shape, dtype } = operand(operands, 0);
  const along = fromFront(number(operand(operands, 2)), shape.length);
  return [{ shape: [...shape.slice(0, along), ...operand(operands, 1).shape, ...shape.slice(along + 1)], dtype }];
};

/** `OneHot`(indices, depth, on, off), a new last axis. */
export const oneHot: Infer = (operands) => [
  { shape: [...operand(operands, 0).shape, number(operand(operands, 1))], dtype: operand(operands, 2).dtype },
];

/** `Slice`(input, begin, size): a size of −1 is all that is left. */
export const slice: Infer = (operands) => {
  const { shape, dtype } = operand(operands, 0);
  const begin = numbers(operand(operands, 1));
  const sizes = numbers(operand(operands, 2));
  return [{ shape: sizes.map((size, axis) => (size === -1 ? (shape[axis] ?? 0) - (begin[axis] ?? 0) : size)), dtype }];
};

/** `Tile`(input, multiples). */
export const tile: Infer = (operands) => {
  const { shape, dtype } = operand(operands, 0);
  const multiples = numbers(operand(operands, 1));
  return [{ shape: shape.map((size, axis) => size * (multiples[axis] ?? 1)), dtype }];
};

/** `TensorScatterUpdate`(tensor, indices, updates): a copy of the tensor. */
export const scatterUpdate: Infer = (operands) => {
  const { shape, dtype } = operand(operands, 0);
  return [{ shape: [...shape], dtype }];
};
