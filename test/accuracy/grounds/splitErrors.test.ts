import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { splitErrors } from '../../../src/accuracy/grounds/splitErrors.ts';
import { configId } from '../../../src/config/configId.ts';
import { neverBuilt } from '../../../src/estimators/assumption.ts';
import { unsupported } from '../../../src/estimators/estimator.ts';
import { exampleConfig, unmeasuredRecord } from '../../records/exampleRecord.ts';
import { groundedEstimator, recordOf, WAY } from './groundExample.ts';

const [START, DROPPING, MINIMAL, GROUND] = WAY;
const [start, dropping, minimal, ground] = WAY.map(configId) as [string, string, string, string];
const estimator = groundedEstimator(() => 100);
const partsAt = (id: string, splits = splitErrors([], [])) =>
  splits.find((split) => split.configId === id)?.parts.map((part) => [part.part, part.errorBytes, part.errorRatio]);

describe('an error away from the ground', () => {
  // Errors along the way: −300, −400, −20, −10.
  const records = [recordOf(START, 400), recordOf(DROPPING, 500), recordOf(MINIMAL, 120), recordOf(GROUND, 110)];

  test('is that on the ground and what each assumption is worth, as part of what was measured here', () => {
    const [split] = splitErrors(records, [estimator]);
    expect(split).toEqual({
      configId: start,
      origin: 'memproof: tensorflow 2.18.0 on cpu',
      quantity: 'step-peak',
      ledger: 'buffers',
      estimator: 'grounded',
      errorBytes: -300,
      errorRatio: -0.75,
      groundErrorRatio: -10 / 110,
      parts: [
        { part: 'formula-error', fromConfigId: ground, toConfigId: null, errorBytes: -10, errorRatio: -0.025 },
        { part: 'dropout', fromConfigId: start, toConfigId: dropping, errorBytes: 100, errorRatio: 0.25 },
        { part: 'minimal', fromConfigId: dropping, toConfigId: minimal, errorBytes: -380, errorRatio: -0.95 },
        { part: 'kept', fromConfigId: minimal, toConfigId: ground, errorBytes: -10, errorRatio: -0.025 },
      ],
      unmet: [],
      reason: null,
    });
  });

  test('is split on every place of the way but the ground, which has none', () => {
    const splits = splitErrors(records, [estimator]);
    expect(splits.map((split) => split.configId)).toEqual([start, dropping, minimal]);
    expect(partsAt(minimal, splits)).toEqual([
      ['formula-error', -10, -10 / 120],
      ['kept', -10, -10 / 120],
    ]);
  });

  test('joins the steps between two that have a number', () => {
    expect(
      partsAt(
        start,
        splitErrors(
          [records[0], records[3]].flatMap((r) => r ?? []),
          [estimator],
        ),
      ),
    ).toEqual([
      ['formula-error', -10, -0.025],
      ['dropout+minimal+kept', -290, -0.725],
    ]);
    const silent = { ...estimator };
    silent.predict = (config) =>
      config.step.savedTensors === 'minimal' && config.step.gradients === 'freed'
        ? { 'step-peak': unsupported('not here') }
        : estimator.predict(config);
    expect(partsAt(start, splitErrors(records, [silent]))).toEqual([
      ['formula-error', -10, -0.025],
      ['dropout', 100, 0.25],
      ['minimal+kept', -390, -0.975],
    ]);
  });

  test('names with the formula what no ground meets', () => {
    const sharded = groundedEstimator(() => 100, { more: [neverBuilt('sharded', 'over eight devices')] });
    const [split] = splitErrors(records, [sharded]);
    expect(split?.unmet).toEqual(['sharded']);
    expect(split?.parts[0]).toMatchObject({ part: 'formula-error+sharded', errorBytes: -10 });
  });

  test('has no ratio where nothing was measured', () => {
    const none = [recordOf(START, 0), recordOf(GROUND, 110)];
    expect(partsAt(start, splitErrors(none, [estimator]))).toEqual([
      ['formula-error', -10, null],
      ['dropout+minimal+kept', 110, null],
    ]);
  });
});

describe('an error that cannot be split is whole, with the reason', () => {
  const whole = (reason: string) => ({
    errorBytes: -300,
    groundErrorRatio: null,
    parts: [{ part: 'unsplit', fromConfigId: start, toConfigId: null, errorBytes: -300, errorRatio: -0.75 }],
    reason,
  });

  test('the ground was not measured, or came to nothing', () => {
    const notMeasured = whole(`the ground ${ground} was not measured`);
    expect(splitErrors([recordOf(START, 400)], [estimator])).toMatchObject([notMeasured]);
    const failed = unmeasuredRecord('out-of-memory', GROUND);
    expect(splitErrors([recordOf(START, 400), failed], [estimator])).toMatchObject([notMeasured]);
  });

  test('the formula says nothing on its own ground', () => {
    const silent = { ...estimator };
    silent.predict = ({ step }) => ({
      'step-peak':
        step.gradients === 'kept'
          ? unsupported('peaks are not mine')
          : (estimator.predict(START)['step-peak'] ?? unsupported('')),
    });
    expect(splitErrors([recordOf(START, 400), recordOf(GROUND, 110)], [silent])).toMatchObject([
      whole(`the ground ${ground} has no number: peaks are not mine`),
    ]);
  });

  test('the ground was measured elsewhere', () => {
    const elsewhere = recordOf(GROUND, 110, { environmentHash: 'elsewhere' });
    expect(splitErrors([recordOf(START, 400), elsewhere], [estimator])).toMatchObject([
      whole(`the ground ${ground} was not measured`),
    ]);
  });

  test('where the formula says nothing there is no error', () => {
    const silent = { ...estimator, predict: () => ({ 'step-peak': unsupported('no') }) };
    expect(splitErrors([recordOf(START, 400), recordOf(GROUND, 110)], [silent])).toEqual([]);
  });
});

test('property: the parts add up to the error, to the byte, whichever places were measured', () => {
  const size = fc.integer({ min: 0, max: 2 ** 45 });
  const place = fc.record({ predicted: size, measured: size, isMeasured: fc.boolean() });
  fc.assert(
    fc.property(fc.tuple(place, place, place, place), (places) => {
      const ids = WAY.map(configId);
      const formula = groundedEstimator((config) => places[ids.indexOf(configId(config))]?.predicted ?? 0);
      const records = WAY.flatMap((config, index) => {
        const { isMeasured = false, measured = 0 } = places[index] ?? {};
        return isMeasured ? [recordOf(config, measured)] : [];
      });
      const splits = splitErrors(records, [formula]);
      expect(splits.map((split) => split.configId)).toEqual(
        ids.slice(0, 3).filter((_, index) => places[index]?.isMeasured),
      );
      for (const { configId: id, errorBytes, parts, reason } of splits) {
        const { predicted = 0, measured = 0 } = places[ids.indexOf(id)] ?? {};
        expect(errorBytes).toBe(predicted - measured);
        expect(parts.reduce((sum, part) => sum + part.errorBytes, 0)).toBe(errorBytes);
        expect(reason === null).toBe(places[3].isMeasured);
        const [own, ...met] = parts;
        if (reason !== null) expect(parts).toHaveLength(1);
        else {
          expect(own?.errorBytes).toBe(places[3].predicted - places[3].measured);
          expect(met.flatMap(({ part }) => part.split('+'))).toEqual(
            ['dropout', 'minimal', 'kept'].slice(ids.indexOf(id)),
          );
        }
      }
    }),
  );
});

test('the order is that of records and estimators', () => {
  const larger = exampleConfig({ batch: { size: 2 } });
  const splits = splitErrors(
    [recordOf(larger, 10), recordOf(START, 10)],
    [groundedEstimator(() => 1, { id: 'b' }), groundedEstimator(() => 1, { id: 'a' })],
  );
  expect(splits.map((split) => [split.configId, split.estimator])).toEqual([
    [configId(larger), 'b'],
    [configId(larger), 'a'],
    [start, 'b'],
    [start, 'a'],
  ]);
});
