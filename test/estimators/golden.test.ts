import { expect, test } from 'vitest';
import { differences, type GoldenFile } from '../../src/estimators/golden.ts';
import { type Original, Refused, refused } from '../../src/estimators/original.ts';

const file = (output: Record<string, unknown>): GoldenFile => ({
  id: 'x',
  vectors: [{ name: 'one', input: {}, output }],
});
const gives = (answer: Record<string, unknown>): Original => ({ id: 'x', run: () => answer });
const paths = (expected: Record<string, unknown>, found: Original): string[] =>
  differences(file(expected), found).map(({ path }) => path);

test('whole numbers are compared exactly, others to the last digits', () => {
  expect(
    paths(
      { a: 3, b: 0.1 + 0.2, c: 'NaN', d: [1, { e: null }] },
      gives({ a: 3, b: 0.3, c: NaN, d: [1, { e: null }], more: 1 }),
    ),
  ).toEqual([]);
  expect(paths({ a: 3 }, gives({ a: 3.0000000001 }))).toEqual(['a']);
  expect(paths({ b: 0.3 }, gives({ b: 0.3 + 1e-11 }))).toEqual(['b']);
  expect(paths({ d: [1, { e: 2 }] }, gives({ d: [1, { e: 3 }] }))).toEqual(['d[1].e']);
  expect(paths({ d: [1, 2] }, gives({ d: [1] }))).toEqual(['d']);
  expect(paths({ a: 1 }, gives({}))).toEqual(['a']);
});

test('where ours fails without refusing, that is a difference, even where the original refuses', () => {
  const broken: Original = {
    id: 'x',
    run() {
      throw new TypeError('not a function');
    },
  };
  expect(paths({ a: 1 }, broken)).toEqual(['a']);
  expect(paths({ error: 'AssertionError' }, broken)).toEqual(['']);
});

test('where the original refuses, ours has to', () => {
  const throws: Original = {
    id: 'x',
    run() {
      throw new Refused('too large');
    },
  };
  expect(paths({ error: 'AssertionError' }, throws)).toEqual([]);
  expect(paths({ error: 'AssertionError' }, gives({ a: 1 }))).toEqual(['']);
  expect(paths({ a: 1 }, throws)).toEqual(['a']);
  expect(paths({ a: 1, part: { thrown: 'ValueError' } }, gives({ a: 1, part: refused('no') }))).toEqual([]);
  expect(paths({ a: 1, part: { thrown: 'ValueError' } }, gives({ a: 1, part: 2 }))).toEqual(['part']);
});
