/** Checkpoints of small functions on real TensorFlow, under both kinds of backward. */
import { afterEach, expect, test } from 'vitest';
import type { Checkpoint } from '../../src/model/checkpoint.ts';
import type { Scalar, Tensor, Tensor1D, Tensor2D, Variable } from '../../src/model/tensorflow.ts';
import { loadRuntime } from '../../src/runtime/load.ts';
import { createCheckpoint } from '../../src/training/checkpoint.ts';
import { BACKWARDS } from '../../src/training/trainer.ts';
import { existingOn } from './existing.ts';

const { tf, native } = loadRuntime('tensorflow');
if (native === null) throw new Error('TensorFlow has a native backend');
afterEach(() => tf.disposeVariables());

const existing = existingOn(tf, native);
const plain: Checkpoint = (run, inputs) => run(...inputs);

/** Three layers on gathered rows; each is a part that may be checkpointed. */
function network() {
  const variable = (shape: number[], seed: number) =>
    tf.tidy(() => tf.variable(tf.randomNormal(shape, 0, 1, 'float32', seed)));
  const table = variable([5, 4], 1) as Variable;
  const weights = [2, 3, 4].map((seed) => variable([4, 4], seed)) as Variable[];
  const ids = tf.tensor1d([0, 3, 3, 1], 'int32');
  const layer = (x: Tensor, weight: Variable): Tensor =>
    tf.tanh(tf.matMul(x as Tensor2D, weight as unknown as Tensor2D));
  /** `around` is asked at each part with what it reads. */
  const loss = (around: Checkpoint, nested: Checkpoint = plain): Scalar => {
    const rows = around((given) => tf.gather(table, given as Tensor1D), [ids], [table]);
    const [first, second, third] = weights as [Variable, Variable, Variable];
    const x = around((given) => layer(given as Tensor, first), [rows], [first]);
    const y = around(
      (given, skipped) => {
        const inner = nested((own) => layer(own as Tensor, second), [given as Tensor], [second]);
        // `third` is read twice and named twice; `skipped` comes in beside the stream
        return tf.add(layer(layer(inner, third), third), skipped as Tensor);
      },
      [x, rows],
      [second, third, third],
    );
    return tf.sum(tf.square(y)) as Scalar;
  };
  return { variables: [table, ...weights], loss, dispose: () => tf.dispose([ids, table, ...weights]) };
}

type Kind = keyof typeof BACKWARDS;
const KINDS: Kind[] = ['retaining', 'freeing'];

function numbersOf(kind: Kind, variables: readonly Variable[], loss: () => Scalar): number[][] {
  const { value, gradients } = BACKWARDS[kind](tf, loss, variables);
  const tensors = [value, ...gradients] as Tensor[];
  const numbers = tensors.map((tensor) => Array.from(tensor.dataSync()));
  tf.dispose(tensors);
  return numbers;
}

test.each(KINDS)(
  'a checkpoint changes no bit of value and gradients, alone or in another, and leaves nothing: %s',
  (kind) => {
    const before = existing();
    const { variables, loss, dispose } = network();
    const checkpoint = createCheckpoint(tf, BACKWARDS[kind]);
    const expected = numbersOf(kind, variables, () => loss(plain));
    const made = existing();
    expect(expected.flat().every((number) => number !== 0)).toBe(false); // rows of the table that no id names
    expect(numbersOf(kind, variables, () => loss(checkpoint))).toEqual(expected);
    expect(numbersOf(kind, variables, () => loss(checkpoint, checkpoint))).toEqual(expected);
    const threeDeep: Checkpoint = (run, inputs, read) =>
      checkpoint((...given) => checkpoint(run, given, read), inputs, read);
    expect(numbersOf(kind, variables, () => loss(threeDeep, checkpoint))).toEqual(expected);
    expect(existing()).toEqual(made);
    dispose();
    expect(existing()).toEqual(before);
  },
);

test.each(KINDS)('between forward and backward only inputs are kept: %s', (kind) => {
  const { variables, loss, dispose } = network();
  const checkpoint = createCheckpoint(tf, BACKWARDS[kind]);
  const handlesAtEndOfForward = (around: Checkpoint): number => {
    let handles = 0;
    const forwardEnded = (): void => {
      handles = native.binding.getNumOfTensors();
    };
    const { value, gradients } = BACKWARDS[kind](tf, () => loss(around), variables, { forwardEnded });
    tf.dispose([value, ...gradients] as Tensor[]);
    return handles;
  };
  handlesAtEndOfForward(plain); // what is uploaded for good is there from now on
  // Kept no more are the three outputs of tanh within the second part: the parts' own inputs are all that is left, and tanh's sum.
  expect(handlesAtEndOfForward(plain) - handlesAtEndOfForward(checkpoint)).toBe(3);
  dispose();
});

test.each(KINDS)('inputs without a gradient, unused ones, and a value that is the input itself: %s', (kind) => {
  const before = existing();
  const checkpoint = createCheckpoint(tf, BACKWARDS[kind]);
  const variable = (values: number[]): Variable => tf.tidy(() => tf.variable(tf.tensor1d(values)));
  const [x, idle] = [variable([1, 2, 3]), variable([5])];
  const loss = (): Scalar => {
    const squared = tf.square(x);
    const same = checkpoint((given) => given as Tensor, [squared], []);
    const ignoring = checkpoint((given) => tf.mul(given as Tensor, 3), [same, squared], [idle]);
    return tf.sum(ignoring) as Scalar;
  };
  expect(numbersOf(kind, [x, idle], loss)).toEqual([[42], [6, 12, 18], [0]]);
  const made = existing();
  expect(numbersOf(kind, [x, idle], loss)).toEqual([[42], [6, 12, 18], [0]]);
  expect(existing()).toEqual(made);
  tf.dispose([x, idle]);
  expect(existing()).toEqual(before);
});

test.each(KINDS)(
  'a recomputation that fails, at once or half way, leaves nothing and the engine usable: %s',
  (kind) => {
    const { variables, loss, dispose } = network();
    const checkpoint = createCheckpoint(tf, BACKWARDS[kind]);
    const expected = numbersOf(kind, variables, () => loss(plain));
    const before = existing();
    let runs = 0;
    const failingAt =
      (failing: number, when: 'before' | 'after'): Checkpoint =>
      (run, inputs, read) =>
        checkpoint(
          (...given) => {
            const fails = runs++ === failing;
            if (fails && when === 'before') throw new Error('thrown in a part');
            const value = run(...given);
            if (fails) throw new Error('thrown in a part');
            return value;
          },
          inputs,
          read,
        );
    // Runs 0 to 2 are forward, 3 to 5 are recomputations.
    for (const failing of [0, 1, 2, 3, 4, 5]) {
      for (const when of ['before', 'after'] as const) {
        runs = 0;
        const around = failingAt(failing, when);
        expect(() => numbersOf(kind, variables, () => loss(around, checkpoint))).toThrow('thrown in a part');
        expect([failing, when, ...existing()]).toEqual([failing, when, ...before]);
      }
    }
    expect(numbersOf(kind, variables, () => loss(checkpoint))).toEqual(expected);
    expect(existing()).toEqual(before);
    dispose();
  },
);
