/** A step like every later one, told without the first, against the third of three that were run. */
import { expect, test } from 'vitest';
import { resolveConfig } from '../../src/config/resolve.ts';
import type { PartialConfig, RunConfig } from '../../src/config/schema.ts';
import { byMark, quantitiesIn, readQuantity } from '../../src/measure/quantities.ts';
import { type SimulatedReadings, withSession } from '../../src/shapes/session.ts';
import { simulate, steadyStep } from '../../src/shapes/simulate.ts';

const configured = (step: PartialConfig['step'], device: 'cpu' | 'gpu' = 'cpu'): RunConfig =>
  resolveConfig({
    model: { layers: 2, hiddenSize: 16, heads: 2, vocabularySize: 30, dropout: 0.1 },
    batch: { size: 4, sequenceLength: 8 },
    step: { ...step },
    runtime: { device },
  });

/** Every quantity in every ledger, with its components by layer. */
function told(readings: SimulatedReadings, step: number) {
  return [...readings].map(([ledger, of]) => {
    const marks = byMark(of);
    const quantities = quantitiesIn(marks, step).map((quantity) => {
      const { bytes, peak, instant } = readQuantity(quantity, marks, step);
      const components = new Map(
        instant.components?.map(({ component, layer, bytes: own }) => [`${component} ${layer}`, own]),
      );
      return { quantity, bytes, peak, components };
    });
    return { ledger, quantities };
  });
}

/** How many steps it takes: two where a first step leaves something that nothing else makes, or less than is prepared for it. */
test.each([
  [1, 'the usual one', configured({})],
  [1, 'Adam with decoupled weight decay', configured({ optimizer: 'adamw' })],
  [1, 'moments made variable by variable', configured({ optimizer: 'adam-per-variable', backward: 'freeing' })],
  [1, 'a counter of its own', configured({ optimizer: 'adamax', microBatches: 2 })],
  [1, 'no state', configured({ optimizer: 'sgd', checkpointing: 'block' })],
  [1, 'momentum in 16 bits', configured({ optimizer: 'momentum', precision: 'mixed-float16' })],
  [1, 'generation', configured({ kind: 'inference' })],
  [2, 'gradients that are kept', configured({ gradients: 'kept' })],
  [2, 'targets that are never uploaded, because a teacher has made others', configured({ teacher: 'outside' })],
  [2, 'operands on the host of a GPU, each copied with its first use', configured({}, 'gpu')],
] as const)('after %i: %s', (steps, _name, config) => {
  const steady = steadyStep(config);
  expect(steady.step).toBe(steps);
  expect(told(steady.readings, steady.step)).toEqual(told(simulate(config, { steps: 3 }).readings, 3));
});

test('what was prepared and is not used shows', () => {
  const shown = withSession(configured({}), (session) => {
    session.prepare();
    const before = session.usedAllThatWasPrepared();
    session.step();
    return [before, session.usedAllThatWasPrepared(), session.leftAllAsItWas()];
  });
  expect(shown).toEqual([false, true, true]);
});

test('a first step that nothing prepared leaves more than it found', () => {
  expect(
    withSession(configured({}), (session) => {
      session.step();
      return session.leftAllAsItWas();
    }),
  ).toBe(false);
});
