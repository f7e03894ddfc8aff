import { expect, test } from 'vitest';
import { startingPoints, summariseGrounds } from '../../../src/accuracy/grounds/summary.ts';
import { configId } from '../../../src/config/configId.ts';
import type { RunConfig } from '../../../src/config/schema.ts';
import { keyIs, nearestBuildable } from '../../../src/estimators/assumption.ts';
import type { Estimator } from '../../../src/estimators/estimator.ts';
import { exampleConfig } from '../../records/exampleRecord.ts';
import { groundedEstimator, recordOf, WAY } from './groundExample.ts';

const estimator = groundedEstimator(() => 100);
/** The way from a configuration with another batch. */
const wayFrom = (size: number): RunConfig[] =>
  WAY.map(({ model, step }) => exampleConfig({ model, step, batch: { size } }));
const recordsOf = (configs: readonly RunConfig[], measured: readonly number[]) =>
  configs.flatMap((config, index) => (measured[index] === undefined ? [] : [recordOf(config, measured[index])]));

test('starting points are what no way of an earlier configuration leads to', () => {
  const records = recordsOf([...WAY, ...wayFrom(2)], [1, 1, 1, 1, 1, 1, 1, 1]);
  const starts = new Set([configId(exampleConfig()), configId(exampleConfig({ batch: { size: 2 } }))]);
  expect(startingPoints(records, [estimator])).toEqual(starts);
  // What was measured first was asked for, wherever ways from later ones lead.
  expect(startingPoints([...records.slice(0, 4)].reverse(), [estimator]).size).toBe(4);
});

test('medians over the starting points alone; what an assumption is worth where it holds is 0', () => {
  const records = [
    ...recordsOf(WAY, [400, 500, 200, 125]), // errors −300 −400 −100 −25
    ...recordsOf(wayFrom(2), [200, 200, 100, 200]), // −100 −100 0 −100
    ...recordsOf(wayFrom(3).slice(2), [400, 200]), // −300 −100, dropout and minimal hold
  ];
  expect(summariseGrounds(records, [estimator])).toEqual([
    {
      estimator: 'grounded',
      quantity: 'step-peak',
      ledger: 'buffers',
      origin: 'memproof: tensorflow 2.18.0 on cpu',
      count: 3,
      unsplitCount: 0,
      errorRatio: -0.75, // of −3/4, −1/2, −3/4
      formulaErrorRatio: -0.25, // of −1/16, −1/2, −1/4
      groundErrorRatio: -0.5, // of −1/5, −1/2, −1/2
      assumptions: [
        { part: 'dropout', errorRatio: 0 }, // of 1/4, 0, 0
        { part: 'minimal', errorRatio: -0.5 }, // of −3/4, −1/2, 0
        { part: 'kept', errorRatio: -0.1875 }, // of −3/16, 1/2, −1/2
      ],
      unmet: [],
    },
  ]);
});

test('what was met together with others in one number is not worth 0 by itself: it is not known', () => {
  const records = [
    ...recordsOf(WAY, [400, 500, 200, 125]),
    ...wayFrom(2).flatMap((config, index) => (index === 1 ? [] : [recordOf(config, 200)])),
  ];
  const [summary] = summariseGrounds(records, [estimator]);
  expect(summary?.count).toBe(2);
  expect(summary?.assumptions).toEqual([
    { part: 'dropout', errorRatio: 0.25 }, // of the first alone
    { part: 'minimal', errorRatio: -0.75 },
    { part: 'kept', errorRatio: -0.09375 }, // of −3/16, 0
    { part: 'dropout+minimal', errorRatio: 0 }, // of the second alone
  ]);
});

test('a formula is summarised too where every configuration off its ground lies on the way of another', () => {
  const assumptions = [keyIs('no-dropout', 'no dropout', 'model.dropout', [0])];
  const back: Estimator = {
    ...estimator,
    id: 'back',
    assumptions,
    matched: (config) => nearestBuildable(config, assumptions),
  };
  const summaries = summariseGrounds(recordsOf(WAY.slice(0, 2), [400, 500]), [estimator, back]);
  expect(summaries.map(({ estimator: id, count }) => [id, count])).toEqual([
    ['grounded', 0], // its ground was not measured
    ['back', 1],
  ]);
});

test('the ledger is requested, else buffers; what could not be split is counted', () => {
  const all = {
    ...estimator,
    predicts: [{ quantity: 'step-peak', ledgers: ['allocated', 'buffers', 'requested'] }],
  } as const;
  const reading = { quantity: 'step-peak', repeat: 1, step: 3, bytes: 400 } as const;
  const record = recordOf(exampleConfig(), 400);
  const readings = (['allocated', 'buffers', 'requested'] as const).map((ledger) => ({ ...reading, ledger }));
  const ledgerOf = (count: number) => summariseGrounds([{ ...record, readings: readings.slice(0, count) }], [all]);
  expect([1, 2, 3].map((count) => ledgerOf(count)[0]?.ledger)).toEqual(['allocated', 'buffers', 'requested']);
  expect(ledgerOf(3)).toMatchObject([{ count: 0, unsplitCount: 1, errorRatio: null, assumptions: [] }]);
});
