/** Matrices of 8 bits on TensorFlow: what they say, and what they are. */
import { expect, test } from 'vitest';
import { quantization } from '../../src/model/quantization.ts';
import type { Tensor } from '../../src/model/tensorflow.ts';
import { drawn } from '../../src/model/variables.ts';
import { loadRuntime } from '../../src/runtime/load.ts';
import { castsFor } from '../../src/runtime/sixteenBit.ts';

const runtime = loadRuntime('tensorflow');
const { tf } = runtime;

test('each number is within half a step of what it was, its column having 255 steps', () => {
  const casts = castsFor(runtime, 'int8-weights');
  if (casts === null) throw new Error('no casts');
  const own = drawn(tf, 7);
  let before: number[][] = [];
  const { create, dequantized } = quantization(
    tf,
    (name, shape, role) => {
      const variable = own(name, shape, role);
      if (shape[0] !== 1) before = variable.arraySync() as number[][];
      return variable;
    },
    casts,
  );
  const matrix = create('block0/feedForward/up/weight', [40, 6], 'weight');
  const after = tf.tidy(() => dequantized(matrix as Tensor).arraySync()) as number[][];
  for (let column = 0; column < 6; column++) {
    const step = Math.max(...before.map((row) => Math.abs(row[column] ?? 0))) / 127;
    for (const [row, numbers] of before.entries()) {
      const error = Math.abs((numbers[column] ?? 0) - (after[row]?.[column] ?? Number.NaN));
      expect(error).toBeLessThanOrEqual(step * 0.501); // half a step, and float32's rounding of the quotient
    }
  }
  expect(after).not.toEqual(before);
  const table = create('embedding/tokens', [4, 6], 'weight');
  expect(dequantized(table as Tensor)).toBe(table);
  tf.disposeVariables();
  casts.remove();
});
