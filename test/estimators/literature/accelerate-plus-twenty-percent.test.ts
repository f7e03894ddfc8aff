import { expect, it } from 'vitest';
import { acceleratePlusTwentyPercent } from '../../../src/estimators/literature/accelerate-plus-twenty-percent.ts';
import { plusTwentyPercent } from '../../../src/estimators/literature/plus-twenty-percent.ts';
import { TINY, totalOf, withKeys } from '../sample.ts';

it('is the rule of EleutherAI where the head is the embedding', () => {
  expect(acceleratePlusTwentyPercent.predict(TINY)).toEqual(plusTwentyPercent.predict(TINY));
});

it('leaves a head of its own out', () => {
  const untied = withKeys(TINY, { model: { tiedEmbedding: false } });
  expect(acceleratePlusTwentyPercent.countParameters?.(untied)).toBe(110336);
  expect(totalOf(acceleratePlusTwentyPercent, untied, 'weights')).toBe(4 * 110336);
  expect(totalOf(acceleratePlusTwentyPercent, untied, 'inference-peak')).toBe(Math.round(4.8 * 110336));
  expect(totalOf(plusTwentyPercent, untied, 'weights')).toBe(4 * (110336 + 128 * 64));
});
