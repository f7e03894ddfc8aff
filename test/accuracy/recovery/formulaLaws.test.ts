import { expect, test } from 'vitest';
import { recoverLaws } from '../../../src/accuracy/recovery/recover.ts';
import { syntheticConfigurations } from '../../../src/accuracy/recovery/syntheticSizes.ts';
import { resolveConfig } from '../../../src/config/resolve.ts';
import type { RunConfig } from '../../../src/config/schema.ts';
import { fail } from '../../../src/errors.ts';
import { type Deployment, ONE_DEVICE } from '../../../src/estimators/deployment.ts';
import { type Estimator, itemised, unsupported } from '../../../src/estimators/estimator.ts';
import { lawText } from '../../../src/report/lawText.ts';
import { externalRecord } from '../../records/exampleExternal.ts';
import { exampleReading, measuredRecord } from '../../records/exampleRecord.ts';
import { exampleEstimator } from '../exampleEstimator.ts';

const measured = syntheticConfigurations(resolveConfig({})).map((config) => ({
  ...config,
  model: { ...config.model, vocabularySize: config.model.vocabularySize + 1 }, // not the very sizes that formulas are asked about
}));
const records = measured.map((configuration) =>
  measuredRecord([exampleReading(8, { quantity: 'weights' })], { configuration }),
);
const isMeasured = ({ model }: RunConfig): boolean => model.vocabularySize % 2 === 1;
const failing = (): never => {
  throw fail('E_ESTIMATOR_ANSWER', { id: 'own', file: 'own.mjs', detail: '  - predict threw' });
};

const lawOf = (more: Partial<Estimator>) => {
  const own = exampleEstimator({ predicts: [{ quantity: 'weights', ledgers: ['buffers'] }], ...more });
  return recoverLaws(records, [own]).flatMap(({ formulas }) => formulas.map(({ law }) => law));
};

test('a formula that fails where nobody measured has no law, and the others have theirs', () => {
  const silent = { weights: unsupported('not here') };
  const refused = [{ verdict: 'refused', reason: expect.stringContaining('predict threw') }];
  expect(lawOf({ predict: (config) => (isMeasured(config) ? silent : failing()) })).toMatchObject(refused);
  const holds = (config: RunConfig): boolean => isMeasured(config) || failing();
  const assumptions = [{ id: 'own', statement: 'it fails', holds }];
  expect(lawOf({ predict: () => silent, assumptions })).toMatchObject(refused);
  const eight = { weights: itemised({ weights: 8 }) };
  const law = lawOf({ predict: (config) => (isMeasured(config) ? eight : failing()) });
  expect(law).toMatchObject([{ verdict: 'exact' }]);
});

test('an error that is none of a formula is thrown on', () => {
  const broken = (): never => {
    throw new TypeError('a mistake');
  };
  expect(() => lawOf({ predict: broken })).toThrow('a mistake');
});

test('a formula is asked of the deployment that was measured, also where two measured the same configurations', () => {
  const sharded: Deployment = { ...ONE_DEVICE, tensorParallel: 2 };
  const reading = { quantity: 'weights', ledger: 'buffers', bytes: 8 } as const;
  const configurations = measured.map((config) => ({
    ...config,
    runtime: { ...config.runtime, backend: 'external' as const },
  }));
  const spread = (deployment?: Deployment) =>
    configurations.map((configuration) =>
      externalRecord({ configuration, readings: [reading], ...(deployment && { deployment }) }),
    );
  const own = exampleEstimator({
    predicts: [{ quantity: 'weights', ledgers: ['buffers'] }],
    predict: ({ model }, { tensorParallel } = ONE_DEVICE) => ({
      weights: itemised({ weights: (4 * model.hiddenSize) / tensorParallel }),
    }),
  });
  const laws = recoverLaws([...spread(), ...spread(sharded), ...spread(ONE_DEVICE)], [own]);
  const written = laws.map(({ group, terms, formulas }) => [
    group.deployment.tensorParallel,
    group.samples.length,
    ...formulas.map(({ law }) => lawText(terms, law.coefficients ?? [])),
  ]);
  expect(written).toEqual([
    [1, 2 * measured.length, '4·H'],
    [2, measured.length, '2·H'],
  ]);
});
