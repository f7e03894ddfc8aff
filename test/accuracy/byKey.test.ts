import { expect, test } from 'vitest';
import { byKey, scoreByKeys } from '../../src/accuracy/byKey.ts';
import { scoreAccuracy } from '../../src/accuracy/score.ts';
import type { PartialConfig } from '../../src/config/schema.ts';
import { exampleConfig } from '../records/exampleRecord.ts';
import { comparedRow } from './exampleEstimator.ts';

const row = (predicted: number, partial: PartialConfig, estimator = 'example') =>
  comparedRow(predicted, 100, { configuration: exampleConfig(partial), estimator });

const rows = [
  row(90, { batch: { size: 10 } }),
  row(80, { batch: { size: 9 } }),
  row(70, { batch: { size: 10 }, model: { tiedEmbedding: false } }, 'another'),
];

test('numbers are sorted as numbers, the rows keep their order', () => {
  expect(byKey(rows, 'batch.size').map(({ groupValue, rows: members }) => [groupValue, members])).toEqual([
    [9, [rows[1]]],
    [10, [rows[0], rows[2]]],
  ]);
});

test.each([
  ['model.tiedEmbedding', [false, true]],
  ['step.optimizer', ['adam']],
  ['runtime.memoryLimitMiB', [null]],
])('the values of %s', (key, values) => {
  expect(byKey(rows, key).map(({ groupValue }) => groupValue)).toEqual(values);
});

test('each value is scored as if there were no other, key after key', () => {
  expect(scoreByKeys(rows, ['batch.size', 'model.tiedEmbedding'])).toEqual([
    { groupKey: 'batch.size', groupValue: 9, ...scoreAccuracy(rows.slice(1, 2))[0] },
    { groupKey: 'batch.size', groupValue: 10, ...scoreAccuracy(rows.slice(2))[0] },
    { groupKey: 'batch.size', groupValue: 10, ...scoreAccuracy(rows.slice(0, 1))[0] },
    { groupKey: 'model.tiedEmbedding', groupValue: false, ...scoreAccuracy(rows.slice(2))[0] },
    { groupKey: 'model.tiedEmbedding', groupValue: true, ...scoreAccuracy(rows.slice(0, 2))[0] },
  ]);
  expect(scoreByKeys(rows, [])).toEqual([]);
});
