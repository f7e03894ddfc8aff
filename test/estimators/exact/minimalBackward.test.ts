/** The closed form of a retaining backward in the minimal form, against the step itself on shapes: every quantity, component by component. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { resolveConfig } from '../../../src/config/resolve.ts';
import type { RunConfig } from '../../../src/config/schema.ts';
import { tfjsClosedForm } from '../../../src/estimators/exact/tfjs-closed-form.ts';
import { simulateQuantities } from '../../../src/shapes/quantities.ts';

/** Small and lopsided, so that each of the places is the fullest of some. */
const configs = fc
  .record({
    layers: fc.integer({ min: 1, max: 3 }),
    heads: fc.integer({ min: 1, max: 4 }),
    headSize: fc.constantFrom(1, 2, 7, 16),
    feedForwardSize: fc.constantFrom(3, 40, 200),
    vocabularySize: fc.constantFrom(2, 30, 2000),
    sequenceLength: fc.constantFrom(2, 5, 24, 64),
    unusedPositions: fc.constantFrom(0, 1, 50),
    tiedEmbedding: fc.boolean(),
    microBatches: fc.constantFrom(1, 1, 2),
    ofEach: fc.integer({ min: 2, max: 5 }),
    gradients: fc.constantFrom('freed' as const, 'kept' as const),
  })
  .map(({ sequenceLength, unusedPositions, microBatches, ofEach, gradients, ...model }): RunConfig => {
    const hiddenSize = Math.max(2, model.heads * model.headSize);
    return resolveConfig({
      model: { ...model, hiddenSize, maxPositions: sequenceLength + unusedPositions },
      batch: { size: microBatches * ofEach, sequenceLength },
      step: { savedTensors: 'minimal', microBatches, gradients, optimizer: 'sgd' },
      runtime: { device: 'cpu' },
    });
  });

const QUANTITIES = ['activations', 'backward-peak', 'step-peak'] as const;

test('every component of every peak', () => {
  const phases = new Set<string>();
  fc.assert(
    fc.property(configs, (config) => {
      const simulated = simulateQuantities(config).get('requested');
      const predicted = tfjsClosedForm.predict(config);
      for (const quantity of QUANTITIES) {
        const prediction = predicted[quantity];
        if (prediction?.kind !== 'bytes') throw new Error(`${quantity}: ${prediction?.reason}`);
        const parts = Object.entries(prediction.components).filter(([, bytes]) => bytes !== 0);
        expect(Object.fromEntries(parts)).toEqual(simulated?.[quantity]?.components);
        expect(prediction.total).toBe(simulated?.[quantity]?.bytes);
      }
      phases.add(predicted['step-peak'] === predicted['backward-peak'] ? 'backward' : 'another');
    }),
    { seed: 20_261_127, numRuns: 60 },
  );
  expect(phases).toEqual(new Set(['backward', 'another']));
});
