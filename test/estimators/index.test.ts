/** What every formula set must do, whatever it predicts. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { obstacles } from '../../src/config/buildable.ts';
import { runConfigSchema } from '../../src/config/schema.ts';
import { groundOf, matchOf, violatedAssumptions } from '../../src/estimators/estimator.ts';
import { ESTIMATORS, findEstimator } from '../../src/estimators/index.ts';
import { anyConfig, builtConfig, TINY, withKeys } from './sample.ts';

it('finds each set by its id, and no other', () => {
  for (const estimator of ESTIMATORS) expect(findEstimator(estimator.id)).toBe(estimator);
  expect(new Set(ESTIMATORS.map((estimator) => estimator.id)).size).toBe(ESTIMATORS.length);
  expect(findEstimator('no-such-set')).toBeUndefined();
});

describe.each(ESTIMATORS.map((estimator) => [estimator.id, estimator] as const))('%s', (_id, estimator) => {
  it('declares each quantity and each assumption once', () => {
    const quantities = estimator.predicts.map(({ quantity }) => quantity);
    expect(new Set(quantities).size).toBe(quantities.length);
    const ids = estimator.assumptions.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('predicts whole bytes that are the sum of their components, or says why not', () => {
    fc.assert(
      fc.property(fc.oneof(anyConfig, builtConfig), (config) => {
        const predictions = estimator.predict(config);
        for (const [quantity, prediction] of Object.entries(predictions)) {
          expect(estimator.predicts.map((p) => p.quantity)).toContain(quantity);
          if (prediction.kind === 'unsupported') {
            expect(prediction.reason).not.toBe('');
            continue;
          }
          const parts = Object.entries(prediction.components);
          expect(Number.isSafeInteger(prediction.total)).toBe(true);
          expect(prediction.total).toBeGreaterThanOrEqual(0);
          expect(parts.reduce((sum, [, part]) => sum + part, 0)).toBe(prediction.total);
          for (const [name, part] of parts) {
            if (name !== 'unitemised') expect(part, `${quantity} ${name}`).toBeGreaterThanOrEqual(0);
          }
        }
        const count = estimator.countParameters?.(config);
        if (count !== undefined) expect(Number.isSafeInteger(count) && count > 0).toBe(true);
      }),
    );
  });

  it('matches with a legal configuration, no harder to build, that violates only what is unmet', () => {
    fc.assert(
      fc.property(fc.oneof(anyConfig, builtConfig), (config) => {
        const { config: nearest, unmet } = groundOf(estimator, config);
        runConfigSchema.parse(nearest);
        expect(withKeys(nearest, {})).toEqual(nearest); // nothing in it contradicts itself
        expect(violatedAssumptions(estimator, nearest)).toEqual(unmet);
        const before = obstacles(config).map(({ path }) => path);
        for (const { path } of obstacles(nearest)) expect(before).toContain(path);
        expect(groundOf(estimator, nearest)).toEqual({ config: nearest, unmet });
        expect(matchOf(estimator, nearest)).toBe(unmet.length === 0 ? 'matched' : 'nearest');
      }),
    );
  });

  it('never needs less for activations of more layers or a larger batch', () => {
    fc.assert(
      fc.property(fc.oneof(anyConfig, builtConfig), ({ ...config }) => {
        const before = estimator.predict(config).activations;
        const wider = withKeys(config, { batch: { size: 2 * config.batch.size } });
        const deeper = withKeys(config, { model: { layers: config.model.layers + 1 } });
        // Under `sqrt` one layer more can make the groups longer, and their number, which is what is kept, smaller.
        for (const larger of config.step.checkpointing === 'sqrt' ? [wider] : [wider, deeper]) {
          const after = estimator.predict(larger).activations;
          if (before?.kind === 'bytes' && after?.kind === 'bytes') expect(after.total).toBeGreaterThan(before.total);
        }
      }),
    );
  });

  it('leaves a configuration that it matches already as it is', () => {
    const { config } = groundOf(estimator, TINY);
    expect(groundOf(estimator, config).config).toBe(config);
  });
});
