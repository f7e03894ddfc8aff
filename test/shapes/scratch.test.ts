/** What a GPU's sums over leading dimensions take for themselves, worked out by hand from TensorFlow's source (reduction_gpu_kernels.cu.h). */
import { expect, test } from 'vitest';
import type { ShapedOperand } from '../../src/shapes/operand.ts';
import { scratchOnGpu } from '../../src/shapes/scratch.ts';

const FLOAT32 = 1;
const INT32 = 3;

function ofSum(rows: number, columns: number): readonly number[] {
  const operands: ShapedOperand[] = [
    { shape: [rows, columns], dtype: FLOAT32, values: null },
    { shape: [1], dtype: INT32, values: Int32Array.of(0) },
  ];
  const { beforeOutputs, afterOutputs } = scratchOnGpu('Sum', operands, [{ shape: [columns], dtype: FLOAT32 }]);
  expect(beforeOutputs).toEqual([]);
  return afterOutputs;
}

test.each([
  [4096, 8, [4 * 8 * 32]], // 4 rows to a warp, 32 warps to a block: 32 blocks
  [300, 16, [4 * 16 * 4]], // 2 rows to a warp, 64 to a block: 5 blocks, of which a power of two is used
  [130, 16, [4 * 16 * 2]], // 3 blocks
  [100, 8, []], // 25 warps are one block's
  [100_000, 2, [4 * 2 * 32]], // 196 blocks, and no more than 32
  [4096, 1, []], // the 1 is no dimension: a whole tensor
  [100, 64, [4 * 64 * 4]], // more columns: a block for 32 rows
  [32, 64, []],
  [1000, 512, []], // 16 warps of columns are enough
])('%d rows of %d columns', (rows, columns, bytes) => {
  expect(ofSum(rows, columns)).toEqual(bytes);
});
