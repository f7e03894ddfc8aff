import fc from 'fast-check';
import { expect, test } from 'vitest';
import { expandGrid, expandSweep, parseSweep } from '../../src/config/expand.ts';
import { parseAssignments } from '../../src/config/set.ts';

test('a grid is the product of its lists, the first key slowest', () => {
  expect(expandGrid({ 'model.heads': [2, 4], 'batch.size': [1, 8] })).toEqual([
    { model: { heads: 2 }, batch: { size: 1 } },
    { model: { heads: 2 }, batch: { size: 8 } },
    { model: { heads: 4 }, batch: { size: 1 } },
    { model: { heads: 4 }, batch: { size: 8 } },
  ]);
});

test('property: a grid has as many points as the product of its lengths, all different', () => {
  const axis = fc.uniqueArray(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(axis, axis, axis, (layers, heads, size) => {
      const points = expandGrid({ 'model.layers': layers, 'model.heads': heads, 'batch.size': size });
      expect(new Set(points.map((point) => JSON.stringify(point))).size).toBe(
        layers.length * heads.length * size.length,
      );
    }),
  );
});

test('a sweep is each entry of its list with each point of its grid, over its base', () => {
  const sweep = parseSweep(
    {
      name: 'two',
      description: 'x',
      base: { model: { layers: 1 } },
      list: [{}, { model: { layers: 2 } }],
      grid: { 'batch.size': [2, 4] },
    },
    'two.json',
  );
  expect(expandSweep(sweep)).toEqual([
    { model: { layers: 1 }, batch: { size: 2 } },
    { model: { layers: 1 }, batch: { size: 4 } },
    { model: { layers: 2 }, batch: { size: 2 } },
    { model: { layers: 2 }, batch: { size: 4 } },
  ]);
});

test.each([
  [{ name: 'x', description: 'y', gird: {} }, 'gird'],
  [{ name: 'x', description: 'y', grid: { 'model.hedas': [1] } }, 'grid'],
  [{ name: 'x', description: 'y', grid: { 'model.heads': [] } }, 'model.heads'],
  [{ description: 'y' }, 'name'],
  [{ name: 'x', description: 'y', matched: [] }, 'matched'],
])('a wrong sweep is refused: %j', (value, text) => {
  expect(() => parseSweep(value, 'sweep.json')).toThrow(text);
});

test('--set makes a grid of its commas', () => {
  expect(parseAssignments(['model.heads=4,8', 'step.optimizer=adam', 'model.biases=true'])).toEqual([
    { model: { heads: 4, biases: true }, step: { optimizer: 'adam' } },
    { model: { heads: 8, biases: true }, step: { optimizer: 'adam' } },
  ]);
  expect(parseAssignments([])).toEqual([{}]);
});

test.each([
  ['model.heads', 'KEY=VALUE'],
  ['model.heads=', 'KEY=VALUE'],
  ['model.hedas=4', 'model.hedas'],
  ['model.heads=-4', 'model.heads'],
  ['model.heads=NaN', 'model.heads'],
  ['model.heads=four', 'model.heads'],
  ['model.heads=4,,8', 'model.heads'],
])('a wrong --set is refused: %s', (assignment, text) => {
  expect(() => parseAssignments([assignment])).toThrow(text);
});
