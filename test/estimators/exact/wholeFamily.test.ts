/** The closed form against the step itself on shapes, over the whole family of models: every number that it gives, component by component. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { tfjsClosedForm } from '../../../src/estimators/exact/tfjs-closed-form.ts';
import { simulateQuantities } from '../../../src/shapes/quantities.ts';
import { trainingConfigs } from './randomConfigs.ts';

/** More by hand: CLOSED_FORM_RUNS=2000 CLOSED_FORM_SEED=1 npx vitest run test/estimators/exact/wholeFamily.test.ts */
const runs = Number(process.env['CLOSED_FORM_RUNS'] ?? 60);
const seed = Number(process.env['CLOSED_FORM_SEED'] ?? 20_261_127);

test('every component of every quantity', { timeout: 5_000 + 500 * runs }, () => {
  const counts = new Map<string, number>();
  fc.assert(
    fc.property(trainingConfigs, (config) => {
      const ledger = config.runtime.device === 'cpu' ? 'requested' : 'buffers'; // a GPU's kernels take more than buffers
      const simulated = simulateQuantities(config).get(ledger);
      for (const [quantity, prediction] of Object.entries(tfjsClosedForm.predictIn?.(ledger, config) ?? {})) {
        if (prediction.kind !== 'bytes') continue;
        const truth = simulated?.[quantity as keyof typeof simulated];
        const parts = Object.entries(prediction.components).filter(([, bytes]) => bytes !== 0);
        expect({ quantity, parts: Object.fromEntries(parts) }).toEqual({ quantity, parts: truth?.components });
        expect(prediction.total).toBe(truth?.bytes);
        counts.set(quantity, (counts.get(quantity) ?? 0) + 1);
      }
    }),
    { seed, numRuns: runs },
  );
  const all = tfjsClosedForm.predicts.map(({ quantity }) => [quantity, runs] as const);
  expect(counts).toEqual(new Map(all));
});
