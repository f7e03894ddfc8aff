/** What shares a buffer and what does not, decided by TensorFlow's own allocation log. */
import { expect, test } from 'vitest';
import { underLog } from './underLog.ts';

const levels = (readings: readonly { levelBytes: number }[]) => readings.map(({ levelBytes }) => levelBytes);

/** Expression over `x` [4, 6], `y` [2, 1, 3] and `n` int32 [5] → bytes that stay while its result lives; 0 is a shared buffer. */
const CASES: [expression: string, bytes: number][] = [
  ['tf.reshape(x, [24])', 0],
  ['tf.expandDims(x, 0)', 0],
  ['tf.squeeze(y)', 0],
  ['x.clone()', 0],
  ["tf.cast(x, 'float32')", 0],
  ["tf.cast(x, 'int32')", 96],
  ["tf.cast(x, 'bool')", 24],
  ['tf.transpose(x, [0, 1])', 0],
  ['tf.transpose(x, [1, 0])', 96],
  ['tf.transpose(y, [1, 0, 2])', 0], // the dimension of 1 moves, the order of the others stays
  ['tf.transpose(y, [2, 1, 0])', 24],
  ['tf.sum(y, 1)', 0], // reduces a dimension of 1: nothing
  ['tf.sum(y, 0)', 12],
  ['tf.sum(x)', 4],
  ['tf.mean(x, -1, true)', 16],
  ['tf.mean(y, -2, true)', 0],
  ['tf.max(y, 1)', 0],
  ['tf.slice(x, [0, 0], [4, 6])', 0],
  ['tf.slice(x, [0, 0], [4, 3])', 48],
  ['tf.tile(x, [1, 1])', 0],
  ['tf.tile(x, [1, 2])', 192],
  ['tf.split(x, 2, 1)', 96],
  ['tf.split(x, [6], 1)', 0],
  ['tf.add(x, 1)', 96],
  ['tf.relu(x)', 96],
  ['tf.softmax(x)', 96],
  ['tf.gather(x, [1, 2])', 48],
  ["tf.range(0, 7, 1, 'int32')", 28],
  ['tf.oneHot(n, 3)', 60],
  ['tf.concat([x, x], 0)', 192],
  ['tf.pad(x, [[0, 1], [0, 0]])', 120],
  ['tf.pad(x, [[0, 0], [0, 0]])', 0],
];

test('buffers and the allocation log agree after every op and at every peak', () => {
  const steps = CASES.map(
    ([expression], index) =>
      `mark('a${index}'); { const r = tf.tidy(() => ${expression}); mark('b${index}'); tf.dispose(r); }`,
  );
  const { buffers, requested } = underLog(`
    const x = tf.fill([4, 6], 1), y = tf.fill([2, 1, 3], 2), n = tf.tensor1d([0, 1, 2, 1, 0], 'int32');
    n.add(1).dispose();
    ${steps.join('\n')}
    mark('end');`);
  const kept = (readings: readonly { levelBytes: number }[]) =>
    CASES.map(([expression], index) => {
      const all = levels(readings);
      return [expression, (all[2 * index + 1] ?? 0) - (all[2 * index] ?? 0)];
    });
  expect(kept(requested)).toEqual(CASES);
  expect(kept(buffers)).toEqual(CASES);
  const scratch = CASES.flatMap(([expression], index) => {
    const bytes = (requested[2 * index + 1]?.peakBytes ?? 0) - (buffers[2 * index + 1]?.peakBytes ?? 0);
    return bytes === 0 ? [] : [[expression, bytes]];
  });
  expect(scratch).toEqual([['tf.pad(x, [[0, 1], [0, 0]])', 16]]); // PadV2 copies its paddings; no other op has scratch on the CPU
  expect(levels(buffers).at(-1)).toBe(levels(buffers)[0]); // nothing is left
});

test('every upload is copied into TensorFlow and none is borrowed', () => {
  const { requested } = underLog(`
    mark('start');
    for (let n = 0; n < 64; n++) {
      const t = tf.tensor1d(new Float32Array(16)); const u = t.add(t); u.dispose(); mark('up' + n); t.dispose();
    }
    mark('end');`);
  // Without the copy about a quarter of the arrays is 64-byte aligned and stays out of the books.
  expect(new Set(levels(requested.slice(1, -1)))).toEqual(new Set([64]));
});

test('a typed array that no op has used is not uploaded, so it does not count', () => {
  const { buffers, requested } = underLog(`
    mark('start'); const t = tf.tensor1d([1, 2, 3]); mark('made'); t.square().dispose(); mark('used'); t.dispose(); mark('end');`);
  expect(levels(buffers)).toEqual([0, 0, 12, 0]);
  expect(levels(requested)).toEqual([0, 0, 12, 0]);
});
