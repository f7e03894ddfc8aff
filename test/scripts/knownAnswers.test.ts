/** A trial that cannot fail would prove nothing. */
import { expect, it } from 'vitest';
import { KNOWN_ANSWERS, wrongAnswers } from '../../scripts/offline-pack/knownAnswers.mjs';
import { loadRuntime } from '../../src/runtime/load.ts';

it('tells right answers from wrong ones', () => {
  const { tf } = loadRuntime('tensorflow');
  expect(wrongAnswers(tf)).toEqual([]);
  const mistaken = KNOWN_ANSWERS.map((known) => ({ ...known, answer: [...known.answer.slice(1), 7] }));
  expect(wrongAnswers(tf, mistaken)).toHaveLength(KNOWN_ANSWERS.length);
  expect(wrongAnswers(tf, mistaken)[0]).toBe('a product: 11 instead of 7');
});
