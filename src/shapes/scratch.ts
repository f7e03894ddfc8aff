/** What TensorFlow's kernels on a CPU take from the allocator beside their outputs, in the order in which they take it; given back in reverse. */
import { elementCount, isNarrow } from '../ledgers/dataTypes.ts';
import type { ShapedOperand, ShapedOutput } from './operand.ts';

const FLOAT32_BYTES = 4;

/**
 * A product of 16-bit matrices is computed in float32: both operands and the result (batch_matmul_op_impl.h, the launcher for Eigen::half
 * and bfloat16 on a CPU). Nothing else that a transformer needs takes scratch there.
 */
export function scratchOf(
  name: string,
  operands: readonly ShapedOperand[],
  outputs: readonly ShapedOutput[],
): readonly number[] {
  if (name !== 'BatchMatMulV2' || !outputs.some(({ dtype }) => isNarrow(dtype))) return [];
  return [...operands, ...outputs].map(({ shape }) => FLOAT32_BYTES * elementCount(shape)).filter((bytes) => bytes > 0);
}
