/** Every operation of a transformer's step that can meet a 16-bit tensor, and what becomes of it. */
import type { Tensor, Tensor2D, Tensor4D, Tf } from '../../src/model/tensorflow.ts';

/** `x`, `y`: [4, 6], `z`: [2, 1, 2, 3] (Tensor4D) and `row`: [6]; `x` and `z` are narrow, the others in 32 bits with values that 16 hold. */
export interface Operands {
  readonly x: Tensor2D;
  readonly y: Tensor2D;
  readonly z: Tensor4D;
  readonly row: Tensor;
}

export interface Case {
  readonly name: string;
  readonly run: (tf: Tf, operands: Operands) => Tensor;
  /** Width of the result: 2 or 4 bytes per float; `other` for truth values and integers. */
  readonly result: 'narrow' | 'wide' | 'other';
  /**
   * How many roundings to 16 bits the result is away from the one in 32 bits, of numbers as large as its largest; 0 is exact. `wide`
   * operations compute as in 32 bits, on the same values.
   */
  readonly roundings: number;
}

const exact = (name: string, run: Case['run']): Case => ({ name, run, result: 'narrow', roundings: 0 });
const rounded = (name: string, run: Case['run'], roundings = 1): Case => ({ name, run, result: 'narrow', roundings });
const wide = (name: string, run: Case['run']): Case => ({ name, run, result: 'wide', roundings: 0 });
const other = (name: string, run: Case['run']): Case => ({ name, run, result: 'other', roundings: 0 });

export const CASES: readonly Case[] = [
  // Elementwise: one rounding for each operation inside
  rounded('add', (tf, { x, y }) => tf.add(x, y)),
  rounded('add, wide first', (tf, { x, y }) => tf.add(y, x)),
  rounded('add a row', (tf, { x, row }) => tf.add(x, row)),
  rounded('add a number', (tf, { x }) => tf.add(x, 1)),
  rounded('sub', (tf, { x, y }) => tf.sub(x, y)),
  rounded('mul', (tf, { x, y }) => tf.mul(x, y)),
  rounded('mul by a number', (tf, { x }) => tf.mul(x, 0.25)),
  rounded('mul with itself', (tf, { x }) => tf.mul(x, x)),
  rounded('div', (tf, { x, y }) => tf.div(x, y)),
  rounded('addN', (tf, { x, y }) => tf.addN([x, y, x]), 2),
  exact('neg', (tf, { x }) => tf.neg(x)),
  exact('abs', (tf, { x }) => tf.abs(x)),
  exact('floor', (tf, { x }) => tf.floor(x)),
  exact('maximum', (tf, { x, y }) => tf.maximum(x, y)),
  exact('minimum', (tf, { x, y }) => tf.minimum(x, y)),
  exact('clipByValue', (tf, { x }) => tf.clipByValue(x, -1, 1)),
  exact('relu', (tf, { x }) => tf.relu(x)),
  exact('step', (tf, { x }) => tf.step(x)),
  exact('sign', (tf, { x }) => tf.sign(x)),
  rounded('leakyRelu', (tf, { x }) => tf.leakyRelu(x, 0.25)),
  rounded('sigmoid', (tf, { x }) => tf.sigmoid(x), 3), // 1 / (1 + e^−x)
  rounded('tanh', (tf, { x }) => tf.tanh(x)),
  rounded('erf', (tf, { x }) => tf.erf(x)),
  rounded('sin', (tf, { x }) => tf.sin(x)),
  rounded('cos', (tf, { x }) => tf.cos(x)),
  // Passing values through
  exact('reshape', (tf, { x }) => tf.reshape(x, [3, 8])),
  exact('expandDims', (tf, { x }) => tf.expandDims(x, 0)),
  exact('squeeze', (tf, { z }) => tf.squeeze(z)),
  exact('clone', (_tf, { x }) => x.clone()),
  exact('transpose', (tf, { z }) => tf.transpose(z, [0, 2, 1, 3])),
  exact('slice', (tf, { x }) => tf.slice(x, [1, 0], [2, 6])),
  exact('split', (tf, { x }) => tf.split(x, 2, 1)[1] as Tensor),
  exact('concat', (tf, { x, y }) => tf.concat([x, y, x], 1)),
  exact('stack', (tf, { x, y }) => tf.stack([x, y])),
  exact('unstack', (tf, { x }) => tf.unstack(x)[2] as Tensor),
  exact('pad', (tf, { x }) =>
    tf.pad(x, [
      [0, 1],
      [2, 0],
    ]),
  ),
  exact('tile', (tf, { x }) => tf.tile(x, [2, 1])),
  exact('reverse', (tf, { x }) => tf.reverse(x, 1)),
  exact('gather', (tf, { x }) => tf.gather(x, tf.tensor1d([2, 0, 2], 'int32'))),
  exact('where', (tf, { x, y }) => tf.where(tf.greater(x, y), x, y)),
  exact('topk', (tf, { x }) => tf.topk(x, 2).values),
  exact('zerosLike', (tf, { x }) => tf.zerosLike(x)),
  exact('onesLike', (tf, { x }) => tf.onesLike(x)),
  exact("cast to 'float32'", (tf, { x }) => tf.cast(x, 'float32')), // tfjs takes it for that already
  // To other types
  other("cast to 'int32'", (tf, { x }) => tf.cast(x, 'int32')),
  other("cast to 'bool'", (tf, { x }) => tf.cast(x, 'bool')),
  other('greater', (tf, { x, y }) => tf.greater(x, y)),
  other('greaterEqual a number', (tf, { x }) => tf.greaterEqual(x, 0.5)),
  other('equal', (tf, { x }) => tf.equal(x, x)),
  other('isNaN', (tf, { x }) => tf.isNaN(x)),
  other('argMax', (tf, { x }) => tf.argMax(x, 1)),
  other('topk indices', (tf, { x }) => tf.topk(x, 2).indices),
  // From other types
  rounded('mul with truth values', (tf, { x, y }) => tf.mul(x, tf.cast(tf.greater(y, 0), 'float32'))),
  rounded('add integers', (tf, { x }) => tf.add(x, tf.tensor1d([1, 2, 3, 4, 5, 6], 'int32'))),
  // Products: the 6 or 2 terms of a sum may be rounded one by one
  rounded('matMul', (tf, { x, y }) => tf.matMul(x, y, false, true), 12),
  rounded('matMul, wide first', (tf, { x, y }) => tf.matMul(y, x, true, false), 8),
  rounded('matMul of heads', (tf, { z }) => tf.matMul(z, z, false, true), 6),
  rounded(
    'fused matMul',
    (tf, { x, y, row }) => {
      const bias = tf.slice(row, [0], [4]);
      return tf.fused.matMul({ a: x, b: y, transposeB: true, bias, activation: 'relu' });
    },
    13,
  ),
  // In 32 bits
  wide('sum', (tf, { x }) => tf.sum(x, 0)),
  wide('sum of all', (tf, { x }) => tf.sum(x)),
  wide('sum that reduces nothing', (tf, { z }) => tf.sum(z, 1)), // shares its input's buffer: that of a copy
  wide('mean', (tf, { x }) => tf.mean(x, -1, true)),
  wide('max', (tf, { x }) => tf.max(x, 1)),
  wide('min', (tf, { x }) => tf.min(x, 1)),
  wide('prod', (tf, { x }) => tf.prod(x, 1)),
  wide('cumsum', (tf, { x }) => tf.cumsum(x, 1)),
  wide('softmax', (tf, { x }) => tf.softmax(x)),
  wide('exp', (tf, { x }) => tf.exp(x)),
  wide('expm1', (tf, { x }) => tf.expm1(x)),
  wide('log', (tf, { x }) => tf.log(tf.abs(x))),
  wide('log1p', (tf, { x }) => tf.log1p(tf.abs(x))),
  wide('sqrt', (tf, { x }) => tf.sqrt(tf.abs(x))),
  wide('rsqrt', (tf, { x }) => tf.rsqrt(tf.abs(x))),
  wide('reciprocal', (tf, { x }) => tf.reciprocal(x)),
  wide('square', (tf, { x }) => tf.square(x)),
  wide('squaredDifference', (tf, { x, y }) => tf.squaredDifference(x, y)),
  wide('pow', (tf, { x }) => tf.pow(x, 3)),
  wide('softplus', (tf, { x }) => tf.softplus(x)),
  wide('unsortedSegmentSum', (tf, { x }) => tf.unsortedSegmentSum(x, tf.tensor1d([1, 0, 1, 2], 'int32'), 3)),
  wide('batchNorm', (tf, { z }) => tf.batchNorm(z, tf.zeros([3]), tf.ones([3]), tf.zeros([3]), tf.ones([3]))),
  // Without a 16-bit operand nothing changes
  wide('add in 32 bits', (tf, { y, row }) => tf.add(y, row)),
  wide('matMul in 32 bits', (tf, { y }) => tf.matMul(y, y, true, false)),
];
