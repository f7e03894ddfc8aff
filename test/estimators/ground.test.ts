import * as fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { configId } from '../../src/config/configId.ts';
import type { RunConfig } from '../../src/config/schema.ts';
import { keyIs, neverBuilt, wayToGround } from '../../src/estimators/assumption.ts';
import { type Estimator, groundOf, violatedAssumptions } from '../../src/estimators/estimator.ts';
import { wayToGroundOf, withGrounds } from '../../src/estimators/ground.ts';
import { ESTIMATORS, findEstimator } from '../../src/estimators/index.ts';
import { ownFormula } from '../../src/estimators/ownFormula.ts';
import { anyConfig, builtConfig, GPT2_SMALL, TINY, withKeys } from './sample.ts';

const dropout = keyIs('dropout', 'as said', 'model.dropout', [0.1]);
const minimal = keyIs('minimal', 'as said', 'step.savedTensors', ['minimal']);
const untied = keyIs('untied', 'as said', 'model.tiedEmbedding', [false]);

const DROPPING = withKeys(TINY, { model: { dropout: 0.1 } });
const DROPPING_MINIMAL = withKeys(DROPPING, { step: { savedTensors: 'minimal' } });

describe('the way to the ground', () => {
  it('meets one assumption after another, in the order of the list, and keeps what it has met', () => {
    expect(wayToGround(TINY, [dropout, neverBuilt('never', ''), minimal])).toEqual([
      { assumption: 'dropout', config: DROPPING },
      { assumption: 'minimal', config: DROPPING_MINIMAL },
    ]);
  });

  it('has no step where nothing is violated, or nothing can be met', () => {
    expect(wayToGround(DROPPING, [dropout, neverBuilt('never', '')])).toEqual([]);
  });

  it('comes back to an assumption that had to wait for a later one', () => {
    const rotary = keyIs('rotary', 'as said', 'model.positions', ['rotary']); // pairs: not with an odd head
    const evenHead = keyIs('even-head', 'as said', 'model.headSize', [16]);
    const odd = withKeys(TINY, { model: { headSize: 15 } });
    expect(wayToGround(odd, [rotary, evenHead]).map(({ assumption }) => assumption)).toEqual(['even-head', 'rotary']);
  });
});

describe.each(ESTIMATORS.map((estimator) => [estimator.id, estimator] as const))('%s', (_id, estimator) => {
  it('is reached by its assumptions alone, each step meeting the one that it names', () => {
    fc.assert(
      fc.property(fc.oneof(anyConfig, builtConfig, fc.constantFrom(TINY, GPT2_SMALL)), (config) => {
        const way = wayToGroundOf(estimator, config);
        expect(way.at(-1)?.config ?? config).toEqual(groundOf(estimator, config).config);
        expect(way).toEqual(wayToGround(config, estimator.assumptions));
        let violated = violatedAssumptions(estimator, config);
        for (const step of way) {
          expect(violated).toContain(step.assumption);
          const left = violatedAssumptions(estimator, step.config);
          expect(left).not.toContain(step.assumption);
          expect(violated).toEqual(expect.arrayContaining(left)); // nothing that held is broken
          violated = left;
        }
      }),
    );
  });
});

describe('a formula from a file', () => {
  const own = (more: object): Estimator =>
    ownFormula(
      { id: 'own', predicts: [{ quantity: 'steady', ledgers: ['buffers'] }], predict: () => ({}), ...more },
      'own.mjs',
    );
  const waysOf = (more: object) => wayToGroundOf(own(more), TINY);

  it('goes by its assumptions where it does not say itself where its ground is', () => {
    expect(waysOf({ assumptions: [dropout, minimal] }).map(({ assumption }) => assumption)).toEqual([
      'dropout',
      'minimal',
    ]);
  });

  it('ends with a step of its own where the assumptions do not lead to the ground that it says', () => {
    const matched = () => ({ config: DROPPING_MINIMAL, unmet: [] });
    expect(waysOf({ assumptions: [dropout], matched })).toEqual([
      { assumption: 'dropout', config: DROPPING },
      { assumption: 'matched', config: DROPPING_MINIMAL },
    ]);
    expect(waysOf({ matched })).toEqual([{ assumption: 'matched', config: DROPPING_MINIMAL }]);
  });

  it('has no way where it says that it is there', () => {
    const matched = (config: RunConfig) => ({ config, unmet: [] });
    expect(waysOf({ assumptions: [dropout], matched })).toEqual([]);
  });
});

describe('a sweep with grounds', () => {
  const formula = (id: string, assumptions: Estimator['assumptions']): Estimator => ({
    ...(findEstimator('tfjs-closed-form') as Estimator),
    id,
    assumptions,
    matched: (config) => ({ config: wayToGround(config, assumptions).at(-1)?.config ?? config, unmet: [] }),
  });

  test('each configuration is followed by the steps of its ways; what two ways share is there once', () => {
    const dropping = formula('dropping', [dropout, minimal]);
    const dropping2 = formula('dropping-untied', [dropout, untied]);
    const larger = withKeys(TINY, { batch: { size: 4 } });
    expect(withGrounds([TINY, larger, TINY], [dropping, dropping2])).toEqual(
      [TINY, larger].flatMap((config) => [
        config,
        withKeys(config, { model: { dropout: 0.1 } }),
        withKeys(config, { model: { dropout: 0.1 }, step: { savedTensors: 'minimal' } }),
        withKeys(config, { model: { dropout: 0.1, tiedEmbedding: false } }),
      ]),
    );
  });

  test('property: no configuration twice, none of those asked for missing, every ground there', () => {
    fc.assert(
      fc.property(
        fc.array(builtConfig, { minLength: 1, maxLength: 3 }),
        fc.subarray([...ESTIMATORS]),
        (asked, chosen) => {
          const all = withGrounds(asked, chosen);
          const ids = all.map(configId);
          expect(new Set(ids).size).toBe(ids.length);
          expect(ids).toEqual(expect.arrayContaining(asked.map(configId)));
          for (const estimator of chosen)
            for (const config of asked) expect(ids).toContain(configId(groundOf(estimator, config).config));
        },
      ),
    );
  });
});
