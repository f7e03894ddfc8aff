/** Laws of every formula set, over any legal configuration and any deployment. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { perturbed } from '../../src/config/perturb.ts';
import type { RunConfig } from '../../src/config/schema.ts';
import { runConfigSchema } from '../../src/config/schema.ts';
import { type Deployment, deploymentSchema, ONE_DEVICE } from '../../src/estimators/deployment.ts';
import { groundOf, matchOf, violatedAssumptions } from '../../src/estimators/estimator.ts';
import { ESTIMATORS } from '../../src/estimators/index.ts';
import { anyConfig, builtConfig } from './sample.ts';

const { step, runtime } = runConfigSchema.shape;

/** Every value of every key that has few, on models of moderate size. What contradicts itself is drawn again. */
const legalConfig: fc.Arbitrary<RunConfig> = fc
  .tuple(
    fc.oneof(anyConfig, builtConfig),
    fc.record({
      'step.optimizer': fc.constantFrom(...step.shape.optimizer.options),
      'step.precision': fc.constantFrom(...step.shape.precision.options),
      'runtime.backend': fc.constantFrom(...runtime.shape.backend.options),
      'runtime.allocator': fc.constantFrom(...runtime.shape.allocator.options),
      'runtime.memoryLimitMiB': fc.constantFrom(null, 64),
    }),
  )
  .map(([config, values]) => perturbed(config, values))
  .filter((config) => config !== null);

const degree = fc.constantFrom(1, 1, 2, 3, 8);
const deployment: fc.Arbitrary<Deployment> = fc.oneof(
  fc.constant(ONE_DEVICE),
  fc
    .record({
      tensorParallel: degree,
      pipelineParallel: degree,
      dataParallel: degree,
      sequenceParallel: fc.boolean(),
      zeroStage: fc.constantFrom(0, 1, 2, 3),
      offload: fc.constantFrom(...deploymentSchema.shape.offload.unwrap().options),
      nodes: degree,
      experts: fc.constantFrom(1, 1, 8),
      expertParallel: fc.constantFrom(1, 2, 4),
    })
    .map((draw) => deploymentSchema.parse({ ...draw, expertsPerToken: Math.min(2, draw.experts) })),
);

type Grown = 'batch.size' | 'model.layers' | 'model.vocabularySize';

/** Twice as much of a key never needs less: where it does in a formula as published, the reason stands here. */
const EXCEPTIONS: Readonly<Record<string, Partial<Record<Grown, string>>>> = {};

describe.each(ESTIMATORS.map((estimator) => [estimator.id, estimator] as const))('%s', (id, estimator) => {
  it('never throws; its bytes are whole, not negative, and the sum of their parts', () => {
    fc.assert(
      fc.property(legalConfig, deployment, (config, spread) => {
        for (const [quantity, prediction] of Object.entries(estimator.predict(config, spread))) {
          expect(estimator.predicts.map((entry) => entry.quantity)).toContain(quantity);
          if (prediction.kind === 'unsupported') {
            expect(prediction.reason).not.toBe('');
            continue;
          }
          const { total, components } = prediction;
          expect(Number.isSafeInteger(total) && total >= 0, `${quantity} ${total}`).toBe(true);
          const parts = Object.entries(components);
          expect(parts.reduce((sum, [, part]) => sum + part, 0)).toBe(total);
          for (const [name, part] of parts)
            expect(Number.isSafeInteger(part) && (part >= 0 || name === 'unitemised'), `${quantity} ${name}`).toBe(
              true,
            );
        }
      }),
    );
  });

  it('gives one device what it gives where nothing is said', () => {
    fc.assert(
      fc.property(legalConfig, (config) => {
        expect(estimator.predict(config, ONE_DEVICE)).toEqual(estimator.predict(config));
      }),
    );
  });

  it.each(['batch.size', 'model.layers', 'model.vocabularySize'] as const)('never needs less of twice %s', (path) => {
    if (EXCEPTIONS[id]?.[path] !== undefined) return;
    fc.assert(
      fc.property(legalConfig, deployment, (config, spread) => {
        const [section, key] = path.split('.') as ['model', 'layers'];
        const grown = perturbed(config, { [path]: 2 * config[section][key] });
        if (grown === null) throw new Error(`twice ${path} contradicts something`);
        const [before, after] = [estimator.predict(config, spread), estimator.predict(grown, spread)];
        for (const { quantity } of estimator.predicts) {
          const [small, large] = [before[quantity], after[quantity]];
          if (small?.kind === 'bytes' && large?.kind === 'bytes')
            expect(large.total, quantity).toBeGreaterThanOrEqual(small.total);
        }
      }),
    );
  });

  it('matches once and for all, and violates there only what is unmet', () => {
    fc.assert(
      fc.property(legalConfig, (config) => {
        const nearest = groundOf(estimator, config);
        expect(violatedAssumptions(estimator, nearest.config)).toEqual(nearest.unmet);
        expect(groundOf(estimator, nearest.config)).toEqual(nearest);
        expect(matchOf(estimator, nearest.config)).toBe(nearest.unmet.length === 0 ? 'matched' : 'nearest');
      }),
    );
  });
});
