/** The shapes of what TensorFlow's operations make, by the names that tfjs's node backend calls them by. */
import type { Infer } from '../operand.ts';
import { binary, cast, comparison, same, select, test } from './elementwise.ts';
import { batchMatMul } from './products.ts';
import { argMax, reduction, segments } from './reductions.ts';
import {
  concat,
  fill,
  gather,
  oneHot,
  pad,
  range,
  reshape,
  scatterUpdate,
  slice,
  split,
  tile,
  transpose,
} from './shaping.ts';

const all = (names: readonly string[], infer: Infer): Record<string, Infer> =>
  Object.fromEntries(names.map((name) => [name, infer]));

/** What a transformer's steps call; a test holds each against TensorFlow's handles, and wants every rule called. */
export const INFERENCE: Readonly<Record<string, Infer>> = {
  ...all(['Abs', 'Erf', 'Exp', 'Floor', 'Log', 'Neg', 'Relu', 'Rsqrt', 'Sigmoid', 'Softmax', 'Sqrt', 'Square'], same),
  ...all(['Tanh', 'ZerosLike'], same),
  ...all(['Add', 'Maximum', 'Mul', 'Pow', 'RealDiv', 'Sub'], binary),
  Greater: comparison,
  IsNan: test,
  ...all(['Max', 'Mean', 'Sum'], reduction),
  Cast: cast,
  Select: select,
  BatchMatMulV2: batchMatMul,
  UnsortedSegmentSum: segments,
  Reshape: reshape,
  Transpose: transpose,
  Fill: fill,
  Range: range,
  PadV2: pad,
  ConcatV2: concat,
  SplitV: split,
  GatherV2: gather,
  OneHot: oneHot,
  Slice: slice,
  Tile: tile,
  TensorScatterUpdate: scatterUpdate,
  ArgMax: argMax,
};
