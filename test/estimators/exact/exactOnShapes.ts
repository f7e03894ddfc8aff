/** The closed forms against the step itself on shapes, over random models of the family: every number, component by component. */
import * as fc from 'fast-check';
import { expect } from 'vitest';
import type { RunConfig } from '../../../src/config/schema.ts';
import type { Estimator } from '../../../src/estimators/estimator.ts';
import { simulateQuantities } from '../../../src/shapes/quantities.ts';

/** More by hand: CLOSED_FORM_RUNS=2000 CLOSED_FORM_SEED=1 npx vitest run test/estimators/exact/… */
export const runs = Number(process.env['CLOSED_FORM_RUNS'] ?? 60);
const seed = Number(process.env['CLOSED_FORM_SEED'] ?? 20_261_127);
export const timeout = 5_000 + 500 * runs;

/** How often each quantity was told. */
export function expectExactOnShapes(estimator: Estimator, configs: fc.Arbitrary<RunConfig>): Map<string, number> {
  const counts = new Map<string, number>();
  fc.assert(
    fc.property(configs, (config) => {
      const ledger = config.runtime.device === 'cpu' ? 'requested' : 'buffers'; // a GPU's kernels take more than buffers
      const simulated = simulateQuantities(config).get(ledger);
      for (const [quantity, prediction] of Object.entries(estimator.predictIn?.(ledger, config) ?? {})) {
        if (prediction.kind !== 'bytes') throw new Error(`${quantity}: ${prediction.reason}`);
        const truth = simulated?.[quantity as keyof typeof simulated];
        const parts = Object.entries(prediction.components).filter(([, bytes]) => bytes !== 0);
        expect({ quantity, parts: Object.fromEntries(parts) }).toEqual({ quantity, parts: truth?.components });
        expect(prediction.total).toBe(truth?.bytes);
        counts.set(quantity, (counts.get(quantity) ?? 0) + 1);
      }
    }),
    { seed, numRuns: runs },
  );
  return counts;
}
