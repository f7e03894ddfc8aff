/** Unstructured pruning: weights that are zero are stored like any others. */
import { expect, test } from 'vitest';
import type { MarkReading } from '../../src/ledgers/ledger.ts';
import { underLog } from '../ledgers/underLog.ts';
import { tinyConfig } from '../model/tinyModel.ts';
import { compiled } from './manyConfigurations.ts';

/** Two steps under the allocation log; `pruned` sets every second number of every weight to zero, before and after the first of them. */
const readings = (pruned: boolean): readonly MarkReading[] =>
  underLog(`
    import { drawn } from '${compiled('model/variables.js')}';
    import { createTrainer } from '${compiled('training/trainer.js')}';
    const trainer = createTrainer(tf, ${JSON.stringify(tinyConfig())}, { createVariable: drawn(tf, 1) });
    const prune = () => {
      for (const variable of trainer.model.variables) tf.tidy(() => {
        const half = Float32Array.from({ length: variable.size }, (_, index) => ${pruned} ? index % 2 : 1);
        variable.assign(tf.mul(variable, tf.tensor(half, variable.shape)));
      });
      return trainer.model.variables.reduce((zeros, one) => zeros + one.dataSync().filter((value) => value === 0).length, 0);
    };
    prune();
    trainer.step((name) => mark('1.' + name));
    const zeros = prune();
    const size = trainer.model.variables.reduce((sum, one) => sum + one.size, 0);
    if ((zeros >= size / 2) !== ${pruned}) throw new Error('pruned: ' + zeros + ' of ' + size);
    trainer.step((name) => mark('2.' + name));`).requested;

test('half of all weights zero: no byte less, at any mark and at any peak', () => {
  const [dense, sparse] = [readings(false), readings(true)].map((all) =>
    all.map(({ mark, levelBytes, peakBytes }) => ({ mark, levelBytes, peakBytes })),
  );
  expect(dense).toHaveLength(8);
  expect(sparse).toEqual(dense);
}, 30_000);
