/** What each switch means, by values. */
import { afterEach, describe, expect, it, test } from 'vitest';
import { activate } from '../../src/model/activation.ts';
import { createDropout } from '../../src/model/dropout.ts';
import { sinusoids } from '../../src/model/embedding.ts';
import type { Model } from '../../src/model/model.ts';
import { normalize } from '../../src/model/normalization.ts';
import { createConstants } from '../../src/model/parts.ts';
import { createRotation, rotate } from '../../src/model/rotary.ts';
import type { Tensor2D, Tensor4D } from '../../src/model/tensorflow.ts';
import { loadRuntime } from '../../src/runtime/load.ts';
import { tinyConfig, tinyModel, toolsFor } from './tinyModel.ts';

const { tf } = loadRuntime('tensorflow');
const tools = toolsFor(tf);
const tensorsBefore = tf.memory().numTensors;
afterEach(() => expect(tf.memory().numTensors).toBe(tensorsBefore));

/** Logits of the first sequence, row by row; the second sequence of the batch is always the same. */
function logitsOf(model: Model, ids: number[], source: number[] | null = null): number[][] {
  const rows = (first: number[]) => tf.tensor2d([...first, 1, 1, 1, 1, 1], [2, 5], 'int32') as Tensor2D;
  return tf.tidy(() => {
    const logits = model.logits({ ids: rows(ids), source: source === null ? null : rows(source) });
    return (logits.arraySync() as number[][]).slice(0, 5);
  });
}

describe('who sees whom', () => {
  it('in an encoder every position sees every other', () => {
    const model = tinyModel(tf, tinyConfig({ architecture: 'encoder' }));
    const [before, after] = [logitsOf(model, [1, 2, 3, 4, 5]), logitsOf(model, [1, 2, 3, 4, 9])];
    for (const position of [0, 1, 2, 3, 4]) expect(after[position]).not.toEqual(before[position]);
    model.dispose();
  });

  it('in an encoder–decoder every position sees the whole source, and nothing later of its own', () => {
    const model = tinyModel(tf, tinyConfig({ architecture: 'encoder-decoder', layers: 1 }));
    const [ids, source] = [
      [1, 2, 3, 4, 5],
      [6, 7, 8, 9, 10],
    ];
    const before = logitsOf(model, ids, source);
    const otherSource = logitsOf(model, ids, [6, 7, 8, 9, 3]);
    for (const position of [0, 1, 2, 3, 4]) expect(otherSource[position]).not.toEqual(before[position]);
    const later = logitsOf(model, [1, 2, 3, 9, 5], source);
    expect(later.slice(0, 3)).toEqual(before.slice(0, 3));
    expect(later[3]).not.toEqual(before[3]);
    model.dispose();
  });

  it('without positions an encoder does not know an order', () => {
    const model = tinyModel(tf, tinyConfig({ architecture: 'encoder', positions: 'none' }));
    const [straight, reversed] = [logitsOf(model, [1, 2, 3, 4, 5]), logitsOf(model, [5, 4, 3, 2, 1])];
    for (const position of [0, 1, 2, 3, 4])
      for (const [index, value] of (straight[position] ?? []).entries())
        expect(reversed[4 - position]?.[index]).toBeCloseTo(value, 4);
    model.dispose();
  });
});

test('grouped heads are heads whose keys and values are the same', () => {
  const sizes = { heads: 4, headSize: 2, layers: 1 };
  const grouped = tinyModel(tf, tinyConfig({ ...sizes, keyValueHeads: 2 }));
  const weightsOf = (model: Model) => Object.fromEntries(model.variables.map((variable) => [variable.name, variable]));
  const values = Object.entries(weightsOf(grouped)).map(([name, variable]) => [name, variable.clone()] as const);
  const expected = logitsOf(grouped, [1, 2, 3, 4, 5]);
  grouped.dispose();

  const full = tinyModel(tf, tinyConfig(sizes));
  const own = weightsOf(full);
  tf.tidy(() => {
    for (const [name, value] of values) {
      if (!name.includes('/qkv/')) own[name]?.assign(value);
      else {
        const [q, k, v] = tf.split(value, [8, 4, 4], value.rank - 1); // 4 query heads, 2 of keys and values, of 2 each
        const twice = (heads: typeof k) =>
          tf.concat(
            tf.split(heads as Tensor2D, 2, value.rank - 1).flatMap((head) => [head, head]),
            value.rank - 1,
          );
        own[name]?.assign(tf.concat([q as Tensor2D, twice(k), twice(v)], value.rank - 1));
      }
    }
  });
  const found = logitsOf(full, [1, 2, 3, 4, 5]);
  for (const [position, row] of expected.entries())
    for (const [index, value] of row.entries()) expect(found[position]?.[index]).toBeCloseTo(value, 5);
  tf.dispose(values.map(([, value]) => value));
  full.dispose();
});

test('rotary scores depend on how far two positions are apart, not on where they are', () => {
  const scores = tf.tidy(() => {
    const rotation = createRotation(tf, 6, 4);
    const [q, k] = [tf.tensor1d([1, -2, 0.5, 3]), tf.tensor1d([0.3, 1, -1, 2])];
    const everywhere = (x: typeof q) => tf.tile(tf.reshape(x, [1, 1, 1, 4]), [1, 1, 6, 1]) as Tensor4D;
    const [rows, columns] = [rotate(tools, everywhere(q), rotation), rotate(tools, everywhere(k), rotation)];
    return tf.squeeze(tf.matMul(rows, columns, false, true)).arraySync() as number[][];
  });
  for (const [row, values] of scores.entries())
    for (const [column, value] of values.entries())
      if (row > 0 && column > 0) expect(value).toBeCloseTo(scores[row - 1]?.[column - 1] ?? Number.NaN, 4);
  expect(scores[0]?.[0]).toBeCloseTo(0.3 - 2 - 0.5 + 6, 5); // position 0 is not turned: the plain product
  expect(scores[0]?.[1]).not.toBeCloseTo(scores[0]?.[0] ?? 0, 1);
});

test('sinusoids as Vaswani et al. have them', () => {
  const table = tf.tidy(() => sinusoids(tf, 3, 4).arraySync());
  const at = (position: number) => [
    ...[Math.sin(position), Math.cos(position)],
    ...[Math.sin(position / 100), Math.cos(position / 100)], // 10 000^(2/4)
  ];
  for (const position of [0, 1, 2])
    for (const [column, value] of at(position).entries()) expect(table[position]?.[column]).toBeCloseTo(value, 6);
});

test('the mask is repeated for the query heads that share a key head, and only where somebody may not look', () => {
  const config = tinyConfig({ heads: 4, keyValueHeads: 2 });
  const { mask, all } = createConstants(tf, config, { causal: true });
  expect(mask?.shape).toEqual([10, 5]);
  const rows = mask?.arraySync() ?? [];
  expect(rows.slice(5)).toEqual(rows.slice(0, 5));
  expect(rows[1]).toEqual([0, 0, -1e9, -1e9, -1e9]);
  expect(createConstants(tf, config, { causal: false }).all).toEqual([]);
  tf.dispose([...all]);
});

test('dropout keeps the rate that it is asked for, scales what is kept, and is no operation without a rate', () => {
  const x = tf.ones([100, 100]);
  expect(createDropout(tools, 0).apply(x)).toBe(x);
  const { apply: dropout } = createDropout(tools, 0.25);
  const [first, second] = [dropout(x), dropout(x)];
  const values = Array.from(first.dataSync());
  expect(new Set(values.map((value) => value.toFixed(4)))).toEqual(new Set(['0.0000', '1.3333']));
  const dropped = values.filter((value) => value === 0).length;
  expect(Math.abs(dropped - 2500)).toBeLessThan(5 * Math.sqrt(10_000 * 0.25 * 0.75)); // five deviations; the seed is fixed
  expect(second.dataSync()).not.toEqual(first.dataSync());
  tf.dispose([x, first, second]);
});

test.each([
  ['gelu-tanh', [-0.1588080094, 0, 0.8411919906, 2.9963627]],
  ['relu', [0, 0, 1, 3]],
  ['silu', [-0.2689414214, 0, 0.7310585786, 2.8577223804]],
] as const)('%s against known values', (activation, expected) => {
  const values = tf.tidy(() => activate(tools, tf.tensor2d([[-1, 0, 1, 3]]), activation).arraySync());
  for (const [index, value] of expected.entries()) expect(values[0]?.[index]).toBeCloseTo(value, 5);
});

test('RMS normalization against values computed by hand', () => {
  const rows = tf.tidy(() => {
    const gain = tf.tensor1d([1, 1, 2, 1]);
    return normalize(tools, tf.tensor2d([[1, 2, 3, 4]]), { kind: 'rms-norm', gain, bias: null } as never).arraySync();
  });
  for (const [column, value] of [1, 2, 6, 4].entries())
    expect(rows[0]?.[column]).toBeCloseTo(value / Math.sqrt(7.5 + 1e-5), 5); // mean square (1 + 4 + 9 + 16) / 4
});
