import { readdirSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { CONFIG_PATHS } from '../../src/config/schema.ts';
import type { Estimator } from '../../src/estimators/estimator.ts';
import { tfjsClosedForm } from '../../src/estimators/exact/tfjs-closed-form.ts';
import { ESTIMATORS } from '../../src/estimators/index.ts';
import { deploymentKeys, isIgnored, keyTable } from '../../src/estimators/keyTable.ts';
import { korthikanti2022 } from '../../src/estimators/literature/korthikanti-2022.ts';
import { bytes } from '../../src/units/bytes.ts';
import { exampleEstimator } from '../accuracy/exampleEstimator.ts';

const standing = (estimator: Estimator, path: string) => keyTable(estimator).find((row) => row.path === path);

describe('a formula by hand', () => {
  const estimator = exampleEstimator({
    matched: (config) => ({ config, unmet: [] }),
    predicts: [{ quantity: 'step-peak', ledgers: ['buffers'] }],
    assumptions: [
      { id: 'adam', statement: 'Adam', holds: ({ step }) => ['adam', 'adamw'].includes(step.optimizer) },
      { id: 'square', statement: 'F = 4H', holds: ({ model }) => model.feedForwardSize === 4 * model.hiddenSize },
    ],
    predict: ({ model, step }, deployment) => ({
      'step-peak':
        step.kind === 'inference'
          ? { kind: 'unsupported', reason: 'training only' }
          : {
              kind: 'bytes',
              components: {},
              total: bytes((model.layers * model.hiddenSize) / (deployment?.nodes ?? 1)),
            },
    }),
  });

  it.each([
    ['model.layers', true, null],
    ['model.hiddenSize', true, null], // F follows, so the assumption holds
    ['model.feedForwardSize', false, [3072]],
    ['model.heads', false, null],
    ['step.optimizer', false, ['adam', 'adamw']],
    ['step.kind', false, ['training']], // says nothing of inference
    ['model.dropout', false, null],
  ])('%s', (path, modelled, assumed) => {
    expect(standing(estimator, path)).toMatchObject({ modelled, assumed });
  });

  it('knows what an assumed size follows from', () => {
    expect(standing(estimator, 'model.feedForwardSize')?.derivedAs).toBe('4 · hiddenSize');
    expect(standing(estimator, 'step.optimizer')?.derivedAs).toBeNull();
  });

  it('knows how it spreads a model', () => {
    expect(deploymentKeys(estimator)).toEqual(['nodes']);
  });
});

test('a key can be modelled and bounded', () => {
  expect(standing(korthikanti2022, 'step.checkpointing')).toMatchObject({
    modelled: true,
    assumed: ['none', 'block', 'selective'],
  });
});

test('a teacher is beyond every formula of one model that is trained', () => {
  const standings = ESTIMATORS.map((estimator) => [estimator.id, standing(estimator, 'step.teacher')] as const);
  const ignoring = standings.flatMap(([id, found]) => (found !== undefined && isIgnored(found) ? [id] : []));
  // All of these predict inference, where nobody teaches.
  expect(ignoring).toEqual([
    'accelerate-plus-twenty-percent',
    'kipply-kv-cache',
    'llm-analysis-infer',
    'llm-viewer',
    'plus-twenty-percent',
    'tfjs-inference-closed-form',
  ]);
  expect(standing(korthikanti2022, 'step.teacher')).toMatchObject({ modelled: false, assumed: ['none'] });
});

test('the sizes of a teacher are looked at where there is one', () => {
  for (const path of ['teacherLayers', 'teacherHiddenSize', 'teacherHeads', 'teacherFeedForwardSize'])
    expect(standing(tfjsClosedForm, `step.${path}`)).toMatchObject({ modelled: true, assumed: null });
});

test('every key has a standing, in every set', () => {
  for (const estimator of ESTIMATORS) expect(keyTable(estimator).map(({ path }) => path)).toEqual(CONFIG_PATHS);
});

/** Where memory depends on such a key and a published formula does not, it needs a sentence why that is the source's and not ours. */
const NEEDS_EVIDENCE = [
  'step.precision',
  'model.attention',
  'model.dropout',
  'step.checkpointing',
  'step.savedTensors',
  'step.backward',
  'step.optimizer',
  'model.gatedFeedForward',
  'model.tiedEmbedding',
];

describe('evidence for what a published formula ignores', () => {
  const ids = readdirSync(new URL('../../src/estimators/literature', import.meta.url)).map((file) =>
    file.replace(/\.ts$/, ''),
  );
  const literature = ESTIMATORS.filter(({ id }) => ids.includes(id)).map(
    (estimator) => [estimator.id, estimator] as const,
  );
  const missing = (estimator: Estimator): string[] =>
    keyTable(estimator)
      .filter((row) => isIgnored(row) && NEEDS_EVIDENCE.includes(row.path))
      .map(({ path }) => path)
      .filter((path) => estimator.ignores?.[path] === undefined);

  it.each(literature)('%s', (_id, estimator) => {
    expect(missing(estimator)).toEqual([]);
  });

  it.each(ESTIMATORS.map((estimator) => [estimator.id, estimator] as const))(
    '%s has none for a key that it knows',
    (_id, estimator) => {
      const ignored = keyTable(estimator)
        .filter(isIgnored)
        .map(({ path }) => path);
      for (const path of Object.keys(estimator.ignores ?? {})) expect(ignored).toContain(path);
    },
  );
});
