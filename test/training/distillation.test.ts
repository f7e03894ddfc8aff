/** What a distilled step computes, on real TensorFlow. */
import { afterEach, expect, test } from 'vitest';
import type { RunConfig } from '../../src/config/schema.ts';
import { type CreateVariable, drawn } from '../../src/model/variables.ts';
import { loadRuntime } from '../../src/runtime/load.ts';
import { createTrainer } from '../../src/training/trainer.ts';
import { tinyConfig } from '../model/tinyModel.ts';
import { existingOn } from './existing.ts';
import { watchedSteps } from './watchedSteps.ts';

const runtime = loadRuntime('tensorflow');
const { tf, native } = runtime;
if (native === null) throw new Error('TensorFlow has a native backend');
afterEach(() => tf.disposeVariables()); // of a test that failed half way
const existing = existingOn(tf, native);

type Step = RunConfig['step'];
const distilled = (step: Partial<Step>, teacher: 'none' | 'outside' | 'inside' = 'outside') =>
  tinyConfig({}, { optimizer: 'sgd', teacher, ...step });

const KINDS: readonly Partial<Step>[] = (['outside', 'inside'] as const).flatMap((teacher) =>
  (['retaining', 'freeing'] as const).map((backward) => ({ teacher, backward })),
);

test('the student learns the same wherever the teacher runs, and however backward frees', () => {
  const all = KINDS.map((step) => watchedSteps(runtime, distilled(step), 2).bits);
  expect(new Set(all).size).toBe(1);
  expect(watchedSteps(runtime, distilled({}, 'none'), 2).bits).not.toBe(all[0]);
});

test.each(['autodiff', 'minimal'] as const)(
  'a student that is its own teacher has nothing to learn, and its loss is the entropy of its answers (%s)',
  (savedTensors) => {
    const config = distilled({ savedTensors, teacherLayers: 2 });
    // The same values for student and teacher: the n-th variable of each is drawn from the same seed.
    const create: CreateVariable = (name, shape, role) => {
      const seed = [...name.replace('teacher/', '')].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), 0) % 9973;
      return drawn(tf, seed, 0.3)(name, shape, role);
    };
    const before = existing();
    const trainer = createTrainer(tf, config, { createVariable: create });
    const losses: number[] = [];
    const largest: number[] = [];
    const { loss } = trainer.model;
    (trainer.model as { loss: typeof loss }).loss = (...given) => {
      const value = loss(...given);
      const labels = given[1];
      if (labels === undefined) throw new Error('no labels');
      const entropy = tf.tidy(() => tf.neg(tf.mean(tf.sum(tf.mul(labels, tf.log(labels)), 1))).dataSync()[0] as number);
      losses.push((value.dataSync()[0] as number) - entropy);
      return value;
    };
    const first = trainer.model.variables.map((variable) => variable.dataSync().slice());
    trainer.step(() => {});
    for (const [index, variable] of trainer.model.variables.entries()) {
      const change = variable.dataSync().map((value, at) => Math.abs(value - (first[index]?.[at] as number)));
      largest.push(Math.max(...change));
    }
    trainer.dispose();
    expect(losses).toHaveLength(1);
    expect(Math.abs(losses[0] as number)).toBeLessThan(1e-6); // a few roundings of a number near ln 11
    expect(Math.max(...largest)).toBeLessThan(1e-6); // gradients are the rounding errors of two softmaxes
    expect(existing()).toEqual(before);
  },
);

test('the teacher stays as it was made, and nothing else of it stays', () => {
  const before = existing();
  for (const step of KINDS) {
    const trainer = createTrainer(tf, distilled(step), { createVariable: drawn(tf, 1) });
    const frozen = Object.values(tf.engine().state.registeredVariables).filter(({ trainable }) => !trainable);
    expect(frozen.length).toBeGreaterThan(trainer.model.variables.length); // twice as deep
    const values = () => frozen.map((variable) => [...variable.dataSync()]);
    const made = values();
    trainer.step(() => {});
    expect(values()).toEqual(made);
    trainer.dispose();
  }
  expect(existing()).toEqual(before);
});
