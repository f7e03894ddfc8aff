import { describe, expect, test } from 'vitest';
import { judge } from '../../src/accuracy/judge.ts';
import { ONE_DEVICE } from '../../src/estimators/deployment.ts';
import type { MeasuredRecord } from '../../src/records/measurement.ts';
import { methodsOf, methodsText } from '../../src/report/methods.ts';
import { reportId } from '../../src/report/reportId.ts';
import { exampleEstimator } from '../accuracy/exampleEstimator.ts';
import { externalRecord } from '../records/exampleExternal.ts';
import {
  exampleConfig,
  exampleEnvironment,
  exampleReading,
  measuredRecord,
  unmeasuredRecord,
} from '../records/exampleRecord.ts';

const readings = [
  exampleReading(1000, { quantity: 'weights', step: 0 }),
  exampleReading(1000),
  exampleReading(1000, { repeat: 2, step: 4 }),
  exampleReading(4096, { ledger: 'allocated' }),
  exampleReading(5120, { ledger: 'allocated', repeat: 2, step: 4 }),
];
const batches = [1, 2].map((size) => exampleConfig({ batch: { size } }));
const records = [
  ...batches.map((configuration) => measuredRecord(readings, { configuration })),
  unmeasuredRecord('out-of-memory', exampleConfig({ batch: { size: 64 } })),
];

describe('the methods paragraph', () => {
  test('says what the records say: outcomes, environment, code, steps, what was read, what was compared, noise', () => {
    const methods = methodsOf(judge(records, [exampleEstimator()]));
    const { facts } = methods;
    expect(methods.reportId).toBe(reportId(records));
    expect(facts.outcomes).toEqual({ measured: 2, 'out-of-memory': 1 });
    expect(facts).toMatchObject({ configurations: 3, formulaSets: 1, comparedFormulaSets: 1, comparisons: 2 });
    expect(facts.warmUpSteps).toEqual({ smallest: 2, largest: 2 });
    expect(facts.measuredSteps).toEqual({ smallest: 2, largest: 2 });
    expect(facts.quantities).toEqual(['weights', 'step-peak']);
    expect(facts.ledgers).toEqual(['buffers', 'allocated']);
    expect(facts.environments).toHaveLength(1);
    expect(facts.environments[0]).toMatchObject({ device: { name: 'Example CPU' }, tensorflow: '2.18.0', records: 3 });
    expect(facts.noise).toEqual([
      { ledger: 'buffers', largestBytes: 0, largestRatio: 0, largestRatioQuantity: 'step-peak' },
      { ledger: 'allocated', largestBytes: 1024, largestRatio: 0.25, largestRatioQuantity: 'step-peak' },
    ]);
    const text = methodsText(methods);
    for (const part of [
      'judged 3 records of 3 configurations of transformer models: 2 measured, 1 out-of-memory.',
      'the CPU Example CPU with TensorFlow 2.18.0, tfjs 4.22.0, Node 20.20.2, linux-x64 (3 records)',
      'without a known commit (not a git checkout) (3 records)',
      'under the allocator bfc: 2 warm-up steps, then 2 measured.',
      'Read were the quantities weights, step-peak by the ledgers buffers, allocated.',
      '1 of 1 formula set had a prediction of something that was read; 2 totals were compared',
      'buffers by no byte; allocated by up to 1.00 KiB, at most 25 % of step-peak.',
    ])
      expect(text).toContain(part);
  });

  test('differs where the records differ, and leaves out what they do not say', () => {
    const later = measuredRecord([exampleReading(1000, { step: 5 })], {
      configuration: batches[1] as MeasuredRecord['configuration'],
      environment: { ...exampleEnvironment, tensorflow: '2.21.0' },
      git: { commit: 'abc123', dirty: true, reason: null },
      unavailable: [{ ledger: 'allocated', reason: 'malloc keeps no statistics' }],
    });
    const methods = methodsOf(judge([measuredRecord([exampleReading(1000)]), later], [exampleEstimator()]));
    const text = methodsText(methods);
    expect(methods.facts.environments.map(({ tensorflow }) => tensorflow).sort()).toEqual(['2.18.0', '2.21.0']);
    expect(text).toContain('2 to 4 warm-up steps, then 1 measured. That one is compared');
    expect(text).toContain('commit abc123 with uncommitted changes (1 record)');
    expect(text).toContain('allocated could not count in 1 record (malloc keeps no statistics).');
    expect(methods.statements.map(({ topic }) => topic)).not.toContain('noise');
    expect(methods.statements.map(({ topic }) => topic)).not.toContain('sources');
  });

  test('of numbers of others: frameworks and sources, and nothing about steps', () => {
    const methods = methodsOf(judge([externalRecord()], [exampleEstimator()]));
    expect(methods.facts.warmUpSteps).toBeNull();
    expect(methods.statements.map(({ topic }) => topic)).toEqual(['records', 'quantities', 'sources', 'comparison']);
    expect(methodsText(methods)).toContain(externalRecord().provenance.citation);
  });

  test('does not depend on the order of the records', () => {
    const [one, other] = [records, [...records].reverse()].map((some) => methodsOf(judge(some, [exampleEstimator()])));
    expect(other?.facts).toEqual(one?.facts);
    expect(other?.statements).toEqual(one?.statements);
    expect(other?.reportId).toBe(one?.reportId);
  });
});

describe('violated assumptions', () => {
  test('each with its words and the configurations where it fails; only of what was compared', () => {
    const silent = exampleEstimator({ id: 'silent', predict: () => ({}) });
    const { violations } = methodsOf(judge(records, [exampleEstimator(), silent]));
    const [one, two] = records.map(({ configId }) => configId);
    expect(violations).toEqual([
      { estimator: 'example', assumption: 'batch-1', statement: 'one sequence', configIds: [two], ofConfigurations: 2 },
      { estimator: 'example', assumption: 'sgd', statement: 'plain SGD', configIds: [one, two], ofConfigurations: 2 },
    ]);
  });

  test('a formula that ignores a deployment violates one-device', () => {
    const record = externalRecord();
    const spread = { tensorParallel: 8 } as const;
    const deployed = { ...record, deployment: { ...ONE_DEVICE, ...spread } };
    const { violations } = methodsOf(judge([deployed], [exampleEstimator({ assumptions: [] })]));
    expect(violations.map(({ assumption }) => assumption)).toEqual(['one-device']);
  });
});
