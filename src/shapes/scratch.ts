/** What TensorFlow's kernels take from the allocator beside their outputs, on a CPU and on a GPU. */
import { elementCount, isNarrow } from '../ledgers/dataTypes.ts';
import { axesOf, numbers, operand, type ShapedOperand, type ShapedOutput } from './operand.ts';

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

/**
 * The logits once more, twice (softmax_op_gpu.cu.cc: the largest and the sum of each row, in tensors that are made as large as they might be).
 * Seen on an H200 in every softmax of its records.
 */
const softmax: Rule = (_operands, outputs) => {
  const [logits] = outputs;
  const bytes = logits === undefined ? 0 : FLOAT32_BYTES * elementCount(logits.shape);
  return { beforeOutputs: [], afterOutputs: [bytes, bytes] };
};

const WARP = 32;
/** So many columns, or fewer, share a warp. */
const FEW_COLUMNS = 16;
/** Columns of a warp's width that keep a GPU busy by themselves. */
const ENOUGH_BLOCKS = 16;
const MOST_COLUMNS = 4096;
/** From so many on a row is CUB's, which asks for one byte where it needs none. */
const LONG_ROW = 1024;

/**
 * Over the leading dimensions: rows are divided among as many as 32 blocks where the columns alone would be too few, and each block's
 * results wait in scratch (reduction_gpu_kernels.cu.h, LaunchColumnReduction). Over the trailing ones: LaunchRowReduction.
 */
const gpuReduction: Rule = (operands) => {
  const { shape } = operand(operands, 0);
  const axes = axesOf(operand(operands, 1), shape.length);
  const reduced = elementCount(axes.map((axis) => shape[axis] ?? 1));
  const kept = elementCount(shape) / reduced;
  // A whole tensor, dimensions of 1 apart, is one block's up to 4096 elements: all that a step sums.
  if (kept === 1) return NOTHING;
  const isLeading = axes.every((axis) => axis < axes.length);
  if (!isLeading) return reduced < LONG_ROW ? NOTHING : { beforeOutputs: [], afterOutputs: [1] };
  if (kept > MOST_COLUMNS || Math.ceil(kept / WARP) >= ENOUGH_BLOCKS) return NOTHING;
  const blocks = Math.min(kept > FEW_COLUMNS ? Math.ceil(reduced / WARP) : blocksOfFewColumns(reduced, kept), WARP);
  const divided = blocks > 2 && blocks < WARP ? 2 ** Math.floor(Math.log2(blocks)) : blocks;
  return divided === 1 ? NOTHING : { beforeOutputs: [], afterOutputs: [FLOAT32_BYTES * kept * divided] };
};

/** LaunchColumnReduction_LTE16Cols, as it is written: no record of a GPU has its scratch at a peak. */
function blocksOfFewColumns(rows: number, columns: number): number {
  const rowsOfWarp = Math.floor(WARP / columns);
  const warpsOfBlock = Math.min(Math.ceil(rows / rowsOfWarp), WARP);
  return Math.ceil(rows / (rowsOfWarp * warpsOfBlock));
}

const ON_GPU: Readonly<Record<string, Rule>> = {
  Max: gpuReduction,
  Mean: gpuReduction,
  Softmax: softmax,
  Sum: gpuReduction,
};

const ON_CPU: Readonly<Record<string, Rule>> = { BatchMatMulV2: narrowProduct, PadV2: collapsedPaddings };

type ScratchOf = (name: string, operands: readonly ShapedOperand[], outputs: readonly ShapedOutput[]) => Scratch;

const by =
  (rules: Readonly<Record<string, Rule>>): ScratchOf =>
  (name, operands, outputs) =>
    rules[name]?.(operands, outputs) ?? NOTHING;

export const scratchOnCpu = by(ON_CPU);
export const scratchOnGpu = by(ON_GPU);
