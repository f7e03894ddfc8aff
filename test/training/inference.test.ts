/** Inference on TensorFlow, by its allocation log: what a cache holds, where a pass is fullest, and that generation says what a pass says. */
import { expect, test } from 'vitest';
import { resolveConfig } from '../../src/config/resolve.ts';
import type { PartialConfig, RunConfig } from '../../src/config/schema.ts';
import { readingsUnderLog } from './readingsUnderLog.ts';

const FLOAT32_BYTES = 4;

/** L, B, S, prompt, H, heads, heads of keys and values, head size, F, V. */
const SHAPES = [
  [1, 2, 8, 4, 16, 2, 2, 8, 64, 20],
  [2, 3, 9, 1, 24, 4, 2, 8, 50, 17],
  [3, 1, 12, 11, 32, 4, 1, 16, 128, 23],
  [1, 4, 7, 3, 20, 5, 5, 4, 36, 11],
  [2, 2, 16, 8, 48, 6, 3, 12, 96, 31],
  [4, 1, 5, 2, 8, 2, 2, 2, 16, 9],
  [2, 5, 10, 6, 40, 4, 4, 20, 60, 13],
  [1, 3, 24, 13, 64, 8, 2, 8, 256, 29],
] as const;
type Shape = (typeof SHAPES)[number];

function inference(shape: Shape, step: PartialConfig['step'] = {}): RunConfig {
  const [layers, size, sequenceLength, promptLength, hiddenSize, heads, keyValueHeads, headSize, F, V] = shape;
  return resolveConfig({
    model: { layers, hiddenSize, heads, keyValueHeads, headSize, feedForwardSize: F, vocabularySize: V },
    batch: { size, sequenceLength, ...(step?.keyValueCache !== 'none' && { promptLength }) },
    step: { kind: 'inference', ...step },
    runtime: { device: 'cpu', allocator: 'malloc' },
  });
}

test.each([
  ['concat', 'float32', 4],
  ['preallocated', 'bfloat16', 2],
] as const)('a cache, %s in %s, holds 2·L·k·d·w·B bytes for each position', (keyValueCache, precision, width) => {
  const read = readingsUnderLog(SHAPES.map((shape) => inference(shape, { keyValueCache, precision })));
  const cached = read.map((quantity) => quantity('kv-cache').bytes);
  const expected = SHAPES.map(([L, B, S, , , , k, d]) => 2 * L * k * d * width * B * S);
  expect(cached).toEqual(expected);
});

/** Floats that live when a block of `rows` rows that attend to `scores` scores is done: nothing is freed before. */
function ofBlock(
  [, , , , H, a, k, d, F]: Shape,
  rows: number,
  scores: number,
  masked: boolean,
  moved: boolean,
): number {
  const [queries, keys] = [rows * a * d, rows * k * d];
  const all = queries + 2 * keys;
  // Heads moved in front, and back. One head, or one row of each sequence, has nothing to move: the buffer stays.
  const movedHeads = moved ? (a > 1 ? 2 * queries : 0) + (k > 1 ? 2 * keys : 0) : 0;
  const projected = 3 * all + movedHeads; // product, bias, split
  return 16 * rows * H + projected + queries + (masked ? 4 : 3) * scores + 7 * rows * F + 8 * rows;
}

/** Embedded words, positions, their sum, and the ids of the positions; and what each block before the last leaves. */
const before = ([L, B, , , H]: Shape, count: number): number =>
  2 * B * count * H + count * H + count + (L - 1) * B * count * H;

test('a pass without a cache is fullest at the end of its last block', () => {
  const read = readingsUnderLog(SHAPES.map((shape) => inference(shape, { keyValueCache: 'none' })));
  const peaks = read.map((quantity) => {
    const { bytes, peak } = quantity('inference-peak');
    return [bytes - quantity('steady').bytes, peak?.phase, peak?.kernel];
  });
  const expected = SHAPES.map((shape) => {
    const [, B, S, , , a] = shape;
    const floats = before(shape, S) + ofBlock(shape, B * S, B * a * S * S, true, true);
    return [FLOAT32_BYTES * floats, 'prefill', 'Add'];
  });
  expect(peaks).toEqual(expected);
  expect(read.map((quantity) => quantity('prefill-peak').bytes)).toEqual(
    read.map((quantity) => quantity('inference-peak').bytes),
  );
});

test('a token read with a cache: all of the cache, one entry twice, and what a block makes of a row per sequence', () => {
  const read = readingsUnderLog(SHAPES.map((shape) => inference(shape, { keyValueCache: 'concat' })));
  const peaks = read.map((quantity) => quantity('decode-peak').bytes - quantity('steady').bytes);
  const expected = SHAPES.map((shape) => {
    const [L, B, S, , , a, k, d] = shape;
    const entry = 2 * B * k * d; // of one position
    const floats =
      entry * S * L + // every block's, the last one's new entry among them
      entry * (S - 1) + // and its old one
      B + // the token that is read
      before(shape, 1) +
      ofBlock(shape, B, B * a * S, false, false);
    return FLOAT32_BYTES * floats;
  });
  expect(peaks).toEqual(expected);
});

/** Rows and columns of the matrices of a block. */
const matricesOf = ([, , , , H, a, k, d, F]: Shape): (readonly [number, number])[] => [
  [H, (a + 2 * k) * d],
  [a * d, H],
  [H, F],
  [F, H],
];

test('matrices of 8 bits: a byte for each number and a scale for each column, and two copies in 32 bits where one is used', () => {
  const wide = readingsUnderLog(SHAPES.map((shape) => inference(shape, { keyValueCache: 'none' })));
  const read = readingsUnderLog(
    SHAPES.map((shape) => inference(shape, { keyValueCache: 'none', precision: 'int8-weights' })),
  );
  const saved = read.map((quantity, index) => (wide[index]?.('steady').bytes ?? 0) - quantity('steady').bytes);
  expect(saved).toEqual(
    SHAPES.map((shape) => {
      const ofBlocks = matricesOf(shape).map(([rows, columns]) => 3 * rows * columns - FLOAT32_BYTES * columns);
      return shape[0] * ofBlocks.reduce((sum, bytes) => sum + bytes, 0);
    }),
  );
  // The second matrix of the last feed-forward, whose product is there and is not yet added to the stream. With the copies of the matrices
  // before it their products went, too, of which only the sums with the biases stay.
  expect(read.map((quantity) => quantity('inference-peak').bytes - quantity('steady').bytes)).toEqual(
    SHAPES.map((shape) => {
      const [, B, S, , H, a, k, d, F] = shape;
      const products = B * S * ((a + 2 * k) * d + H + F);
      const block = ofBlock(shape, B * S, B * a * S * S, true, true) - B * S * H - products;
      return FLOAT32_BYTES * (before(shape, S) + block + 2 * F * H);
    }),
  );
});
