/** Operations that make one of many. */
import { attribute, axesOf, fromFront, type Infer, number, operand } from '../operand.ts';

/** `Sum`, `Mean`, `Max`, … (input, axes), with `keep_dims`. */
export const reduction: Infer = (operands, attributes) => {
  const { shape, dtype } = operand(operands, 0);
  const axes = new Set(axesOf(operand(operands, 1), shape.length));
  const keeps = attribute(attributes, 'keep_dims') === true;
  const kept = shape.flatMap((size, axis) => (axes.has(axis) ? (keeps ? [1] : []) : [size]));
  return [{ shape: kept, dtype }];
};

/** `UnsortedSegmentSum`(data, segment ids, number of segments): [segments, …what the ids do not index]. */
export const segments: Infer = (operands) => {
  const { shape, dtype } = operand(operands, 0);
  const indexed = operand(operands, 1).shape.length;
  return [{ shape: [number(operand(operands, 2)), ...shape.slice(indexed)], dtype }];
};

const TF_INT32 = 3; // tensorflow/c/tf_datatype.h

/** `ArgMax`(input, axis): int32, as tfjs asks for it. */
export const argMax: Infer = (operands) => {
  const { shape } = operand(operands, 0);
  const along = fromFront(number(operand(operands, 1)), shape.length);
  return [{ shape: shape.filter((_, axis) => axis !== along), dtype: TF_INT32 }];
};
