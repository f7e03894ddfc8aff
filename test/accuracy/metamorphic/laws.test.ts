/** Each law tells a formula that obeys it from one that breaks it, and finds its configurations in the sweep. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { imaginedInstances } from '../../../src/accuracy/metamorphic/instance.ts';
import { judgeFormulas } from '../../../src/accuracy/metamorphic/judgeLaws.ts';
import { LAWS } from '../../../src/accuracy/metamorphic/laws.ts';
import { configId } from '../../../src/config/configId.ts';
import { expandSweep, parseSweep } from '../../../src/config/expand.ts';
import { resolveConfig } from '../../../src/config/resolve.ts';
import type { PartialConfig, RunConfig } from '../../../src/config/schema.ts';
import { exactParameterCount } from '../../../src/estimators/exact/parameterCount.ts';
import type { Quantity } from '../../../src/records/quantity.ts';
import { exampleConfig } from '../../records/exampleRecord.ts';
import { formulaWith, obedient } from './obedient.ts';

const base = exampleConfig({
  model: { heads: 2, tiedEmbedding: false },
  batch: { size: 4, sequenceLength: 6 },
});

const lawNamed = (id: string) => LAWS.filter((law) => law.id === id);
const followUpsOf = (id: string, config = base) => lawNamed(id)[0]?.followUps(config) ?? null;

test('ids are unique, and every law says something of the example', () => {
  expect(new Set(LAWS.map(({ id }) => id)).size).toBe(LAWS.length);
  expect(LAWS.filter((law) => law.followUps(base) === null)).toEqual([]);
});

describe.each(LAWS.map((law) => [law.id, law] as const))('%s', (id, law) => {
  test('the invented formula obeys', () => {
    const judged = judgeFormulas(base, [formulaWith()], [law]).filter((row) => row.verdict !== 'not-applicable');
    expect(judged.length).toBeGreaterThan(0);
    expect(judged.filter(({ verdict }) => verdict === 'fail')).toEqual([]);
  });

  test('each relation notices a formula that is off in one configuration', () => {
    const [instance] = imaginedInstances(base, [law]);
    for (const relation of law.relations.filter(({ inBackward }) => inBackward === undefined)) {
      const [first] = relation.terms;
      if (instance === undefined || first === undefined) throw new Error(`${id} has a relation without terms`);
      const off = instance.samples.get(first.at)?.configId;
      const shift = -Math.sign(first.factor) * 1e9;
      const formula = formulaWith({
        [first.quantity]: (config: RunConfig) =>
          obedient[first.quantity](config) + (configId(config) === off ? shift : 0),
      });
      const rows = judgeFormulas(base, [formula], [{ ...law, relations: [relation] }]);
      expect(rows.map(({ verdict }) => verdict)).toEqual(['fail']);
    }
  });
});

/** Formulas as people write them, each with the one idea that a law forbids. */
const MISTAKES: readonly [law: string, quantity: Quantity, formula: (config: RunConfig) => number][] = [
  ['batch-linear', 'activations', ({ batch }) => 4 * batch.size ** 2],
  ['batch-more', 'activations', () => 1000],
  ['micro-batches', 'activations', ({ batch }) => 4 * batch.size],
  ['batch-for-sequence', 'activations', ({ batch }) => 4 * batch.size * batch.sequenceLength],
  ['sequence-convex', 'activations', ({ batch }) => 4 * batch.size * batch.sequenceLength],
  ['heads', 'activations', ({ batch }) => 4 * batch.size * batch.sequenceLength ** 2],
  ['feed-forward', 'weights', ({ model }) => 4 * 12 * model.layers * model.hiddenSize ** 2],
  ['layers-equal', 'weights', ({ model }) => 4 * model.layers ** 2],
  ['layers-more', 'weights', ({ model }) => 4 * 12 * model.layers * model.hiddenSize ** 2],
  ['vocabulary', 'activations', ({ batch, model }) => 4 * batch.size * batch.sequenceLength * model.hiddenSize],
  ['tied-embedding', 'weights', ({ model }) => 4 * model.vocabularySize * model.hiddenSize],
  ['positions', 'weights', ({ model }) => 4 * model.vocabularySize * model.hiddenSize],
  ['dropout', 'activations', () => 1000],
  ['recomputed-blocks', 'activations', () => 1000],
  ['selective-recomputation', 'activations', ({ step }) => (step.checkpointing === 'none' ? 1000 : 10)],
  ['adam-states', 'steady', (config) => 16 * exactParameterCount(config)],
  ['kept-gradients', 'steady', (config) => 16 * exactParameterCount(config)],
  ['autocast', 'weights', ({ step }) => (step.precision === 'float32' ? 400 : 200)],
  ['allocator', 'step-peak', ({ runtime }) => (runtime.allocator === 'bfc' ? 1024 : 1000)],
  ['peak-above-steady', 'step-peak', (config) => 4 * exactParameterCount(config)],
  ['peak-above-tape', 'step-peak', (config) => 16 * exactParameterCount(config)],
  ['peak-above-gradients', 'optimizer-peak', (config) => 12 * exactParameterCount(config)],
];

test('every law has a mistake that it finds', () => {
  expect(MISTAKES.map(([law]) => law)).toEqual(LAWS.map(({ id }) => id));
});

test.each(MISTAKES)('%s finds a wrong formula of %s', (id, quantity, formula) => {
  const rows = judgeFormulas(base, [formulaWith({ [quantity]: formula })], lawNamed(id));
  expect(rows.filter((row) => row.quantity === quantity).map(({ verdict }) => verdict)).toContain('fail');
});

describe('exact bounds by hand', () => {
  const allowed = (id: string, quantity: Quantity, config = base) => {
    const followUps = followUpsOf(id, config);
    const relation = lawNamed(id)[0]?.relations.find((candidate) => candidate.quantity === quantity);
    if (followUps === null || relation === undefined) throw new Error(`${id} says nothing of ${quantity}`);
    return relation.allowed(config, followUps);
  };
  const [B, S, H, V, L, a, F] = [4, 6, 8, 16, 2, 2, 32];
  const exactly = (count: number) => ({ least: count, most: count });

  test('weights', () => {
    const tied = exampleConfig({ model: { tiedEmbedding: true }, batch: base.batch });
    expect(allowed('vocabulary', 'weights')).toEqual(exactly(4 * 2 * V * H));
    expect(allowed('vocabulary', 'weights', tied)).toEqual(exactly(4 * V * H));
    expect(allowed('tied-embedding', 'weights')).toEqual(exactly(-4 * V * H));
    expect(allowed('positions', 'weights')).toEqual(exactly(4 * S * H));
    expect(allowed('feed-forward', 'weights')).toEqual(exactly(4 * L * (2 * H * F + F)));
    expect(allowed('layers-more', 'weights')).toEqual(exactly(4 * (12 * H * H + 13 * H)));
  });

  test('activations: one score matrix of each layer, and the log-probabilities', () => {
    expect(allowed('heads', 'activations')).toEqual({ least: 4 * L * B * a * S * S, most: null });
    expect(allowed('vocabulary', 'activations')).toEqual({ least: 4 * B * S * V, most: null });
    const narrow = exampleConfig({ ...base, step: { precision: 'mixed-float16', microBatches: 2 } } as PartialConfig);
    expect(allowed('heads', 'activations', narrow)).toEqual({ least: (2 * L * B * a * S * S) / 2, most: null });
  });
});

describe('a law says nothing', () => {
  const changed = (partial: PartialConfig): RunConfig => exampleConfig({ batch: base.batch, ...partial });
  test.each<[string, RunConfig]>([
    ['tied-embedding', changed({ model: { tiedEmbedding: true } })],
    ['positions', changed({ model: { positions: 'rotary' } })],
    ['dropout', changed({ model: { dropout: 0.1 } })],
    ['heads', changed({ step: { checkpointing: 'block' } })],
    ['sequence-convex', changed({ step: { checkpointing: 'block' } })],
    ['layers-equal', changed({ step: { checkpointing: 'sqrt' } })],
    ['feed-forward', changed({ step: { checkpointing: 'sqrt' } })],
    ['adam-states', changed({ step: { optimizer: 'sgd' } })],
    ['kept-gradients', changed({ step: { gradients: 'kept' } })],
    ['peak-above-gradients', changed({ step: { gradients: 'kept' } })],
    ['micro-batches', changed({ batch: { size: 3, sequenceLength: 6 } })],
    ['batch-linear', changed({ batch: { size: 1, sequenceLength: 6 } })],
    ['batch-for-sequence', changed({ batch: { size: 6, sequenceLength: 4 } })],
    ['autocast', changed({ step: { precision: 'mixed-float16' } })],
    ['allocator', changed({ runtime: { allocator: 'malloc' } })],
  ])('%s', (id, config) => {
    expect(followUpsOf(id, config)).toBeNull();
  });
});

test('every law finds all its configurations in the sweep, at four bases', () => {
  const file = new URL('../../../bench/sweeps/metamorphic.json', import.meta.url);
  const entries = expandSweep(parseSweep(JSON.parse(readFileSync(file, 'utf8')), 'metamorphic'));
  const configs = entries.map((entry) => resolveConfig(entry, { autoDevice: 'cpu' }));
  const ids = new Set(configs.map(configId));
  expect(ids.size).toBe(configs.length);
  const isWhole = (config: RunConfig): boolean =>
    LAWS.every((law) => Object.values(law.followUps(config) ?? {}).every((followUp) => ids.has(configId(followUp))));
  const bases = configs.filter(isWhole);
  expect(bases).toHaveLength(4);
  expect(LAWS.filter((law) => bases.every((config) => law.followUps(config) === null))).toEqual([]);
});
