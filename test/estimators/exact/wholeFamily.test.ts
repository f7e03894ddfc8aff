/** The closed form of a step over the whole family of models. */
import { expect, test } from 'vitest';
import { tfjsClosedForm } from '../../../src/estimators/exact/tfjs-closed-form.ts';
import { expectExactOnShapes, runs, timeout } from './exactOnShapes.ts';
import { trainingConfigs } from './randomConfigs.ts';

test('every component of every quantity', { timeout }, () => {
  const counts = expectExactOnShapes(tfjsClosedForm, trainingConfigs);
  const all = tfjsClosedForm.predicts.map(({ quantity }) => [quantity, runs] as const);
  expect(counts).toEqual(new Map(all));
});
