/** The shapes of what TensorFlow's operations make, by the names that tfjs's node backend calls them by. */
import type { Infer } from '../operand.ts';
import { binary, cast, comparison, same, select } from './elementwise.ts';
import { batchMatMul } from './products.ts';
import { reduction, segments } from './reductions.ts';
import {
  concat,
  expandDims,
  fill,
  gather,
  oneHot,
  pad,
  range,
  reshape,
  slice,
  split,
  tile,
  transpose,
} from './shaping.ts';

const all = (names: readonly string[], infer: Infer): Record<string, Infer> =>
  Object.fromEntries(names.map((name) => [name, infer]));

export const INFERENCE: Readonly<Record<string, Infer>> = {
  ...all(['Abs', 'Erf', 'Exp', 'Expm1', 'Floor', 'Identity', 'Log', 'Log1p', 'LogicalNot', 'LogSoftmax', 'Neg'], same),
  ...all(
    ['Reciprocal', 'Relu', 'Rsqrt', 'Selu', 'Sigmoid', 'Sign', 'Softmax', 'Softplus', 'Sqrt', 'Square', 'Tanh'],
    same,
  ),
  ...all(['Cos', 'Sin', 'ZerosLike', 'OnesLike', 'Step', 'IsNan'], same),
  ...all(['Add', 'AddV2', 'Sub', 'Mul', 'Div', 'RealDiv', 'DivNoNan', 'FloorDiv', 'FloorMod', 'Mod', 'Pow'], binary),
  ...all(['Maximum', 'Minimum', 'SquaredDifference'], binary),
  ...all(['Equal', 'NotEqual', 'Greater', 'GreaterEqual', 'Less', 'LessEqual', 'LogicalAnd', 'LogicalOr'], comparison),
  ...all(['Sum', 'Mean', 'Max', 'Min', 'Prod', 'All', 'Any'], reduction),
  Cast: cast,
  SelectV2: select,
  Select: select,
  BatchMatMulV2: batchMatMul,
  UnsortedSegmentSum: segments,
  Reshape: reshape,
  ExpandDims: expandDims,
  Transpose: transpose,
  Fill: fill,
  Range: range,
  Slice: slice,
  PadV2: pad,
  Tile: tile,
  ConcatV2: concat,
  SplitV: split,
  GatherV2: gather,
  OneHot: oneHot,
};
