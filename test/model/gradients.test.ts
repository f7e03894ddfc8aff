import { afterEach, expect, test } from 'vitest';
import type { PartialConfig } from '../../src/config/schema.ts';
import type { Model } from '../../src/model/model.ts';
import type { Scalar, Tensor, Variable } from '../../src/model/tensorflow.ts';
import { createTransformer } from '../../src/model/transformer.ts';
import { loadRuntime } from '../../src/runtime/load.ts';
import { createCheckpoint } from '../../src/training/checkpoint.ts';
import { retaining } from '../../src/training/retaining.ts';
import { retainingGradients } from '../training/plainStep.ts';
import { SWITCHES } from './switches.ts';
import { disposeBatch, tinyBatch, tinyConfig, tinyModel } from './tinyModel.ts';

const { tf } = loadRuntime('tensorflow');
afterEach(() => tf.disposeVariables()); // of a test that failed half way

/** Derivative of `loss` along the unit vector `direction` of `variable`: five-point central difference with the step `h`. */
function slope(loss: () => Tensor, variable: Variable, direction: Tensor, h: number): number {
  const start = variable.clone();
  const at = (steps: number): number =>
    tf.tidy(() => {
      variable.assign(tf.add(start, tf.mul(direction, steps * h)));
      return loss().dataSync()[0] as number;
    });
  const derivative = (at(-2) - 8 * at(-1) + 8 * at(1) - at(2)) / (12 * h);
  variable.assign(start);
  start.dispose();
  return derivative;
}

const unitVector = (shape: number[], seed: number): Tensor =>
  tf.tidy(() => {
    const drawn = tf.randomNormal(shape, 0, 1, 'float32', seed);
    return tf.div(drawn, tf.norm(drawn));
  });

/** Three layers, of which √L recomputes two together: pre-norm, two stacks with post-norm, Llama's mix with dropout, and dropout in two stacks. */
const DEEPER: readonly NonNullable<PartialConfig['model']>[] = [
  { layers: 3 },
  { architecture: 'encoder-decoder', layers: 3, normalizationPlacement: 'post', tiedEmbedding: true },
  {
    ...{ layers: 3, heads: 4, keyValueHeads: 2, positions: 'rotary', normalization: 'rms-norm', activation: 'silu' },
    ...{ gatedFeedForward: true, biases: false, dropout: 0.3 },
  },
  { architecture: 'encoder-decoder', layers: 1, dropout: 0.3 },
];

const TECHNIQUES: readonly NonNullable<PartialConfig['step']>[] = (['autodiff', 'minimal'] as const).flatMap(
  (savedTensors) =>
    (['none', 'block', 'sqrt', 'selective'] as const).map((checkpointing) => ({ savedTensors, checkpointing })),
);

// The loss is the same function under every technique, so its slopes are measured once.
test.each([{}, ...SWITCHES, ...DEEPER])(
  'the gradient of every variable agrees with finite differences, in both forms and however much is recomputed: %j',
  (switches) => {
    const config = tinyConfig(switches);
    // ReLU has a kink, and a step across it is wrong by as much as it is long: a short step there, and float32's noise with it.
    const [h, noise] = config.model.activation === 'relu' ? [0.001, 3e-3] : [0.02, 2e-4];
    const batch = tinyBatch(tf, config);
    const model = tinyModel(tf, config);
    const { variables } = model;
    /** Over the same variables: dropout draws from its seed again, and has the same masks in each model. To be called in a tidy. */
    const modelAnew = (step: PartialConfig['step']): Model => {
      const given = variables.values();
      const create = () => given.next().value as Variable;
      const checkpoint = createCheckpoint(tf, retaining);
      return createTransformer(tf, tinyConfig(switches, step), create, { checkpoint });
    };
    const directions = variables.map(({ shape }, index) => unitVector(shape, 100 + index));
    const measured = variables.map((variable, index) =>
      slope(() => modelAnew({}).loss(batch), variable, directions[index] as Tensor, h),
    );
    // Most slopes must stand far above the tolerance, or the comparison would say nothing.
    expect(measured.filter((size) => Math.abs(size) > 0.01).length).toBeGreaterThan(0.6 * measured.length);

    for (const step of TECHNIQUES) {
      const scope = tf.engine();
      scope.startScope(); // the model's constants live until its gradients are there
      const recomputing = modelAnew(step);
      const { loss, byVariable } = retainingGradients(
        tf,
        () => recomputing.loss(batch),
        () => {},
      );
      for (const [index, { name }] of variables.entries()) {
        const gradient = byVariable[name] as Tensor;
        const predicted = tf.tidy(() => tf.sum(tf.mul(gradient, directions[index] as Tensor)).dataSync()[0] as number);
        const expected = measured[index] as number;
        // float32 gives the loss 7 digits and the quotient divides by 12·h: noise of some 1e-5; truncation is h⁴ of a fifth derivative
        const tolerance = noise + 2e-3 * Math.abs(expected);
        expect(Math.abs(predicted - expected), `${name}, ${JSON.stringify(step)}`).toBeLessThan(tolerance);
      }
      tf.dispose([loss, byVariable]);
      scope.endScope();
    }
    tf.dispose(directions);
    disposeBatch(tf, batch);
    model.dispose();
  },
);

test('forward ends once, before any gradient is computed', () => {
  const config = tinyConfig();
  const model = tinyModel(tf, config);
  const batch = tinyBatch(tf, config);
  const before = tf.memory().numTensors;
  const tensorsAtEndOfForward: number[] = [];
  const result = retainingGradients(
    tf,
    () => model.loss(batch),
    () => tensorsAtEndOfForward.push(tf.memory().numTensors),
  );
  expect(tensorsAtEndOfForward).toHaveLength(1);
  tf.dispose([result.loss, result.byVariable]);
  expect(tf.memory().numTensors).toBe(before);
  disposeBatch(tf, batch);
  model.dispose();
});

test('a step that throws, in forward or in backward, leaves the engine usable and marks no false end of forward', () => {
  const x = tf.variable(tf.tensor1d([1, 2]));
  const inBackward = tf.customGrad((value) => ({
    value: tf.square(value as Tensor),
    gradFunc: () => {
      throw new Error('thrown in backward');
    },
  }));
  const ends: string[] = [];
  const run = (loss: () => Tensor) => retainingGradients(tf, loss as () => Scalar, () => ends.push('forward ended'));
  const inForward = () => {
    throw new Error('thrown in forward');
  };
  expect(() => run(inForward)).toThrow('thrown in forward');
  expect(ends).toEqual([]);
  expect(() => run(() => tf.sum(inBackward(x)))).toThrow('thrown in backward');
  expect(ends).toEqual(['forward ended']);
  expect(() =>
    retainingGradients(
      tf,
      () => tf.sum(tf.square(x)) as Scalar,
      () => {
        throw new Error('thrown by the caller');
      },
    ),
  ).toThrow('thrown by the caller');

  const { loss, byVariable } = run(() => tf.sum(tf.square(x)));
  expect(Array.from((byVariable[x.name] as Tensor).dataSync())).toEqual([2, 4]);
  tf.dispose([loss, byVariable]);
  x.dispose();
});
