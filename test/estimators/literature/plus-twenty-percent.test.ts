import { expect, it } from 'vitest';
import { deploymentSchema } from '../../../src/estimators/deployment.ts';
import { violatedAssumptions } from '../../../src/estimators/estimator.ts';
import { plusTwentyPercent } from '../../../src/estimators/literature/plus-twenty-percent.ts';
import { componentsOf, GPT2_SMALL, TINY, totalOf, withKeys } from '../sample.ts';

const half = { step: { kind: 'inference', precision: 'float16' } } as const;

it.each([
  [GPT2_SMALL, 124475904],
  [TINY, 110336],
])('is 1.2 times the weights', (config, P) => {
  for (const [each, size] of [
    [config, 4 * P],
    [withKeys(config, half), 2 * P],
  ] as const) {
    expect(totalOf(plusTwentyPercent, each, 'weights')).toBe(size);
    expect(componentsOf(plusTwentyPercent.predict(each)['inference-peak'])).toEqual({
      weights: size,
      unitemised: Math.round(size / 5),
    });
    expect(totalOf(plusTwentyPercent, each, 'inference-peak')).toBe(Math.round(1.2 * size));
  }
});

it('knows neither batch, sequence nor devices', () => {
  const larger = withKeys(TINY, { batch: { size: 8, sequenceLength: 16 }, model: { maxPositions: 32 } });
  expect(plusTwentyPercent.predict(larger)).toEqual(plusTwentyPercent.predict(TINY));
  const spread = plusTwentyPercent.predict(TINY, deploymentSchema.parse({ tensorParallel: 2 }));
  expect(spread['inference-peak']?.kind).toBe('unsupported');
});

it('is about inference in one type', () => {
  expect(violatedAssumptions(plusTwentyPercent, withKeys(TINY, half))).toEqual([]);
  const mixed = withKeys(TINY, { step: { precision: 'mixed-float16' } });
  expect(violatedAssumptions(plusTwentyPercent, mixed)).toEqual(['inference', 'one-type']);
});
