/** The keys of inference: what they follow from, and that a run has one id. */
import { expect, test } from 'vitest';
import { obstacles } from '../../src/config/buildable.ts';
import { configId } from '../../src/config/configId.ts';
import { resolveConfig } from '../../src/config/resolve.ts';
import type { PartialConfig } from '../../src/config/schema.ts';

const resolved = (step: PartialConfig['step'], others: PartialConfig = {}) =>
  resolveConfig({ ...others, batch: { sequenceLength: 9, ...others.batch }, step });

test('a decoder generates from half of its tokens, everything else reads all at once', () => {
  expect(resolved({ kind: 'inference' })).toMatchObject({
    step: { keyValueCache: 'concat' },
    batch: { promptLength: 4 },
  });
  expect(resolved({ kind: 'inference' }, { batch: { sequenceLength: 1 } }).batch.promptLength).toBe(1);
  const atOnce = { step: { keyValueCache: 'none' }, batch: { promptLength: null } };
  expect(resolved({ kind: 'inference', keyValueCache: 'none' })).toMatchObject(atOnce);
  expect(resolved({ kind: 'inference' }, { model: { architecture: 'encoder' } })).toMatchObject(atOnce);
  expect(resolved({})).toMatchObject(atOnce);
});

test('what is derived may be said, and makes no other id', () => {
  const derived = configId(resolved({ kind: 'inference' }));
  expect(configId(resolved({ kind: 'inference', keyValueCache: 'concat' }, { batch: { promptLength: 4 } }))).toBe(
    derived,
  );
  expect(configId(resolved({ kind: 'inference' }, { batch: { promptLength: 5 } }))).not.toBe(derived);
});

test.each([
  [{ kind: 'inference', optimizer: 'sgd' }, {}, 'step.optimizer', '"sgd" says how to learn'],
  [{ kind: 'inference', microBatches: 2 }, {}, 'step.microBatches', '"2" says how to learn'],
  [{ kind: 'inference' }, { model: { dropout: 0.1 } }, 'model.dropout', '"0.1" says how to learn'],
  [{ keyValueCache: 'concat' }, {}, 'step.keyValueCache', 'is for inference'],
  [{ kind: 'inference' }, { batch: { promptLength: 10 } }, 'batch.promptLength', 'more than batch.sequenceLength = 9'],
  [
    { kind: 'inference', keyValueCache: 'none' },
    { batch: { promptLength: 3 } },
    'batch.promptLength',
    'does not go with',
  ],
] as const)('%j %j is not built', (step, others, path, reason) => {
  expect(obstacles(resolved(step, others))).toEqual([{ path, reason: expect.stringContaining(reason) }]);
});
