import { describe, expect, test } from 'vitest';
import { groupReadings } from '../../../src/accuracy/recovery/grouping.ts';
import { recoverLaws } from '../../../src/accuracy/recovery/recover.ts';
import { syntheticConfigurations } from '../../../src/accuracy/recovery/syntheticSizes.ts';
import { resolveConfig } from '../../../src/config/resolve.ts';
import { itemised } from '../../../src/estimators/estimator.ts';
import { type Environment, hashEnvironment, type MeasuredRecord } from '../../../src/records/measurement.ts';
import { originOf } from '../../../src/records/origin.ts';
import { externalRecord } from '../../records/exampleExternal.ts';
import { exampleEnvironment, exampleReading, measuredRecord } from '../../records/exampleRecord.ts';
import { exampleEstimator } from '../exampleEstimator.ts';

const configurations = syntheticConfigurations(resolveConfig({}));
const GPU = { kind: 'gpu', name: 'NVIDIA H100', uuid: null } as const;

describe('environments', () => {
  const measuredIn = (more: Partial<Environment>, bytesPerColumn: number) => {
    const environment = { ...exampleEnvironment, ...more };
    return configurations.map((configuration) =>
      measuredRecord(
        [exampleReading(bytesPerColumn * configuration.model.hiddenSize, { quantity: 'weights', ledger: 'requested' })],
        { configuration, environment, environmentHash: hashEnvironment(environment) },
      ),
    );
  };
  const lawsOf = (...records: readonly (readonly MeasuredRecord[])[]) =>
    recoverLaws(records.flat(), []).map(({ group, law }) => [group.origin, law.verdict]);
  const plainOrigins = (...records: readonly (readonly MeasuredRecord[])[]) => records.flat().map(originOf);

  test('of two versions of TensorFlow, or two GPUs, each have laws of their own', () => {
    expect(lawsOf(measuredIn({}, 4), measuredIn({ tensorflow: '2.19.0' }, 8))).toEqual([
      [expect.stringContaining('2.18.0'), 'exact'],
      [expect.stringContaining('2.19.0'), 'exact'],
    ]);
    const other = { ...GPU, name: 'NVIDIA T4' };
    expect(lawsOf(measuredIn({ device: GPU }, 4), measuredIn({ device: other }, 8))).toEqual([
      [expect.stringContaining('NVIDIA H100'), 'exact'],
      [expect.stringContaining('NVIDIA T4'), 'exact'],
    ]);
  });

  test('are not told apart by what decides no byte, nor named further where there is one of an origin', () => {
    const here = measuredIn({}, 4);
    const [origin] = plainOrigins(here);
    const elsewhere = { device: { kind: 'cpu', name: 'Another CPU', uuid: null }, node: '22.1.0' } as const;
    expect(lawsOf(here, measuredIn(elsewhere, 4))).toEqual([[origin, 'exact']]);
    const onGpu = measuredIn({ device: GPU, tensorflow: '2.19.0' }, 8);
    expect(lawsOf(here, onGpu)).toEqual([...new Set(plainOrigins(here, onGpu))].map((own) => [own, 'exact']));
  });

  test('what one configuration has twice is in one order, whatever that of the records', () => {
    const records = [...measuredIn({}, 4), ...measuredIn({ node: '22.1.0' }, 5)];
    expect(groupReadings([...records].reverse())).toEqual(groupReadings(records));
  });
});

test('a record whose sizes are fractions is left out of laws', () => {
  const [config] = configurations;
  if (config === undefined) throw new Error('no configuration');
  const torn = [
    { ...config, batch: { ...config.batch, size: 5 }, step: { ...config.step, microBatches: 2 } },
    { ...config, model: { ...config.model, heads: 5, keyValueHeads: 2 } },
  ].map((configuration) => measuredRecord([exampleReading(8)], { configuration }));
  const whole = measuredRecord([exampleReading(8)], { configuration: config });
  expect(recoverLaws(torn, [])).toEqual([]);
  expect(groupReadings([...torn, whole])).toEqual(groupReadings([whole]));
});

test('what others read of the same quantity does not silence the ledger of which the reports speak', () => {
  const measured = configurations.map((configuration) =>
    measuredRecord([exampleReading(8, { quantity: 'weights' })], { configuration }),
  );
  const ofOthers = externalRecord({ readings: [{ quantity: 'weights', ledger: 'requested', bytes: 8 }] });
  const ofAnotherStep = measuredRecord([exampleReading(8, { quantity: 'weights', ledger: 'requested' })], {
    configuration: resolveConfig({ step: { optimizer: 'sgd' } }),
  });
  const formula = exampleEstimator({
    predicts: [{ quantity: 'weights', ledgers: ['buffers'] }],
    predict: () => ({ weights: itemised({ weights: 8 }) }),
  });
  const laws = recoverLaws([...measured, ofOthers, ofAnotherStep], [formula]);
  expect(laws.map(({ group, formulas }) => [group.ledger, formulas.length])).toEqual([
    ['buffers', 1],
    ['requested', 0],
    ['requested', 0],
  ]);
});
