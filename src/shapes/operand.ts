/** What an operation sees of its operands, and says of its outputs. Types are TensorFlow's numbers (tensorflow/c/tf_datatype.h). */
import type { OpAttribute } from '../runtime/binding.ts';

export interface ShapedOperand {
  readonly shape: readonly number[];
  readonly dtype: number;
  /** Of small arrays from JavaScript: axes, permutations, sizes. Null for all that was computed, and for data. */
  readonly values: Int32Array | Float32Array | null;
}

export interface ShapedOutput {
  readonly shape: readonly number[];
  readonly dtype: number;
}

/** What is asked of an operation beside its operands. */
export type Attributes = readonly OpAttribute[];

/** Undefined where it is not asked for. */
export const attribute = (attributes: Attributes, name: string): unknown =>
  attributes.find((one) => one.name === name)?.value;

/** The outputs of one TensorFlow operation. */
export type Infer = (operands: readonly ShapedOperand[], attributes: Attributes) => readonly ShapedOutput[];

/** The operand in its place. Throws where the operation has fewer: tfjs does not call it so. */
export function operand(operands: readonly ShapedOperand[], index: number): ShapedOperand {
  const found = operands[index];
  if (found === undefined) throw new Error(`operand ${index} is missing`);
  return found;
}

/** The numbers that an operation reads to know its shape. Throws for what was computed: no shape here depends on data. */
export function numbers({ values, shape }: ShapedOperand): number[] {
  if (values === null)
    throw new Error(`the values of an operand [${shape.join(', ')}] decide a shape, and are not known`);
  return Array.from(values);
}

export const number = (one: ShapedOperand): number => numbers(one)[0] ?? Number.NaN;

/** The axes that an operand names, counted from the front. */
export const axesOf = (axes: ShapedOperand, rank: number): number[] =>
  numbers(axes).map((axis) => fromFront(axis, rank));

/** An axis counted from the front. */
export const fromFront = (axis: number, rank: number): number => (axis < 0 ? axis + rank : axis);
