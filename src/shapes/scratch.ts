/** What TensorFlow's kernels on a CPU take from the allocator beside their outputs. */
import { elementCount, isNarrow } from '../ledgers/dataTypes.ts';
import { numbers, operand, type ShapedOperand, type ShapedOutput } from './operand.ts';

/** Bytes in the order in which they are taken; they are given back in reverse when the kernel ends. */
export interface Scratch {
  readonly beforeOutputs: readonly number[];
  readonly afterOutputs: readonly number[];
}

type Rule = (operands: readonly ShapedOperand[], outputs: readonly ShapedOutput[]) => Scratch;

const NOTHING: Scratch = { beforeOutputs: [], afterOutputs: [] };
const [FLOAT32_BYTES, INT32_BYTES] = [4, 4];

/**
 * A product of 16-bit matrices is computed in float32: both operands and the result (batch_matmul_op_impl.h, the launcher for Eigen::half
 * and bfloat16 on a CPU).
 */
const narrowProduct: Rule = (operands, outputs) => {
  if (!outputs.some(({ dtype }) => isNarrow(dtype))) return NOTHING;
  const wide = [...operands, ...outputs].map(({ shape }) => FLOAT32_BYTES * elementCount(shape));
  return { beforeOutputs: [], afterOutputs: wide.filter((bytes) => bytes > 0) };
};

/**
 * Neighbouring dimensions that are not padded are taken as one, and the paddings of those that are left are noted: two int32 for each
 * (pad_op.cc, CollapseAdjacentNonPaddedDimensions). Vectors are padded as they are.
 */
const collapsedPaddings: Rule = (operands) => {
  const { shape } = operand(operands, 0);
  if (shape.length < 2) return NOTHING;
  const paddings = numbers(operand(operands, 1));
  const isPadded = shape.map((_, axis) => paddings[2 * axis] !== 0 || paddings[2 * axis + 1] !== 0);
  if (!isPadded.includes(true)) return NOTHING; // the input is the output
  const collapsed = isPadded.filter((padded, axis) => padded || axis === 0 || isPadded[axis - 1]);
  return { beforeOutputs: [2 * INT32_BYTES * collapsed.length], afterOutputs: [] };
};

const RULES: Readonly<Record<string, Rule>> = { BatchMatMulV2: narrowProduct, PadV2: collapsedPaddings };

export const scratchOf = (
  name: string,
  operands: readonly ShapedOperand[],
  outputs: readonly ShapedOutput[],
): Scratch => RULES[name]?.(operands, outputs) ?? NOTHING;
