/** Each optimizer against its paper, written in plain numbers, and against what it must leave behind. */
import { beforeEach, expect, test } from 'vitest';
import type { OptimizerName } from '../../src/config/schema.ts';
import type { Scalar, Tensor, Variable } from '../../src/model/tensorflow.ts';
import { loadRuntime } from '../../src/runtime/load.ts';
import { createOptimizer } from '../../src/training/optimizers.ts';
import { plainStep } from './plainStep.ts';

const { tf, native } = loadRuntime('tensorflow');
if (native === null) throw new Error('TensorFlow has a native backend');
const counts = () => ({ tensors: tf.memory().numTensors, handles: native.binding.getNumOfTensors() });

const RATE = 0.1;
const START = [1, -2, 0.5, 0];
const EPSILON = 1e-7; // tfjs's for float32

/** The next value of one parameter from its value, its gradient and the number of the step; state is in the closure. */
type Rule = () => (x: number, gradient: number, t: number) => number;

/** Kingma & Ba 2015, algorithm 1. */
const adam: Rule = () => {
  let [m, v] = [0, 0];
  return (x, g, t) => {
    m = 0.9 * m + 0.1 * g;
    v = 0.999 * v + 0.001 * g ** 2;
    return x - (RATE * (m / (1 - 0.9 ** t))) / (Math.sqrt(v / (1 - 0.999 ** t)) + EPSILON);
  };
};

const RULES: Readonly<Record<OptimizerName, Rule>> = {
  adam,
  'adam-per-variable': adam,
  /** Loshchilov & Hutter 2019, algorithm 2, line 12, with η = 1 and their λ as PyTorch's learning rate · 0.01. */
  adamw: () => {
    const withoutDecay = adam();
    return (x, g, t) => withoutDecay(x, g, t) - RATE * 0.01 * x;
  },
  sgd: () => (x, g) => x - RATE * g,
  /** Polyak 1964, as Sutskever et al. 2013 write it, with the rate outside of the velocity. */
  momentum: () => {
    let a = 0;
    return (x, g) => {
      a = 0.9 * a + g;
      return x - RATE * a;
    };
  },
  /** Tieleman & Hinton 2012, lecture 6.5, with a decay of 0.9; ε under the root. */
  rmsprop: () => {
    let meanSquare = 0;
    return (x, g) => {
      meanSquare = 0.9 * meanSquare + 0.1 * g ** 2;
      return x - (RATE * g) / Math.sqrt(meanSquare + EPSILON);
    };
  },
  /** Duchi et al. 2011, the diagonal form; the sum starts at 0.1, TensorFlow's default. */
  adagrad: () => {
    let squares = 0.1;
    return (x, g) => {
      squares += g ** 2;
      return x - (RATE * g) / Math.sqrt(squares + EPSILON);
    };
  },
  /** Kingma & Ba 2015, algorithm 2. */
  adamax: () => {
    let [m, u] = [0, 0];
    return (x, g, t) => {
      m = 0.9 * m + 0.1 * g;
      u = Math.max(0.999 * u, Math.abs(g));
      return x - ((RATE / (1 - 0.9 ** t)) * m) / (u + EPSILON);
    };
  },
};
const NAMES = Object.keys(RULES) as OptimizerName[];

let variables: Variable[] = [];
/** Two variables of two elements each: their parameters are `START`. */
beforeEach(() => {
  tf.dispose(variables);
  variables = [START.slice(0, 2), START.slice(2)].map((values) => {
    const initial = tf.tensor1d(values);
    const variable = tf.variable(initial);
    initial.dispose();
    tf.square(variable).dispose(); // tfjs uploads an array with its first use
    return variable;
  });
});
const parameters = (): number[] => variables.flatMap((variable) => [...variable.dataSync()]);
/** Of Σ x²/2 + x: the gradient is x + 1. */
const loss = (): Scalar =>
  tf.addN(variables.map((x) => tf.sum(tf.add(tf.div(tf.square(x), 2), x) as Tensor) as Scalar)) as Scalar;

test.each(NAMES)('%s updates as its paper says', (name) => {
  const optimizer = createOptimizer(tf, name, RATE);
  const rules = START.map(() => RULES[name]());
  let expected = START;
  for (let t = 1; t <= 3; t++) {
    plainStep(tf, loss, optimizer, () => {});
    expected = expected.map((x, i) => (rules[i] as ReturnType<Rule>)(x, x + 1, t));
    for (const [i, x] of parameters().entries()) expect(x).toBeCloseTo(expected[i] as number, 5); // float32
  }
  optimizer.dispose();
});

test.each(NAMES)('%s makes its state in the first step and leaves nothing when disposed', (name) => {
  const before = counts();
  const optimizer = createOptimizer(tf, name);
  plainStep(tf, loss, optimizer, () => {});
  const afterOne = counts();
  for (let n = 0; n < 5; n++) plainStep(tf, loss, optimizer, () => {});
  expect(counts()).toEqual(afterOne);
  optimizer.dispose();
  expect(counts()).toEqual(before);
});

test.each(NAMES)('%s without a gradient makes its state and moves nothing', (name) => {
  const before = counts();
  const learned = createOptimizer(tf, name);
  plainStep(tf, loss, learned, () => {});
  const { tensors } = counts();
  learned.dispose();
  const moved = parameters();
  expect(moved).not.toEqual(START);

  const prepared = createOptimizer(tf, name);
  prepared.applyGradients(Object.fromEntries(variables.map((x) => [x.name, null])));
  expect([counts().tensors, parameters()]).toEqual([tensors, moved]);
  prepared.dispose();
  expect(counts()).toEqual(before);
});

test('Adam per variable is tfjs’s Adam to the last bit', () => {
  const steps = (name: OptimizerName): number[][] => {
    const x = tf.variable(tf.randomNormal([7, 13], 0, 1, 'float32', 3));
    const optimizer = createOptimizer(tf, name, 0.01);
    const path = Array.from({ length: 60 }, (_, step) => {
      const gradient = tf.randomNormal([7, 13], 0, 1, 'float32', 100 + step);
      optimizer.applyGradients({ [x.name]: gradient });
      gradient.dispose();
      return [...x.dataSync()];
    });
    optimizer.dispose();
    x.dispose();
    return path;
  };
  const stock = steps('adam');
  expect(new Set(stock.flat()).size).toBeGreaterThan(5000); // every one of 60·91 values moves
  expect(steps('adam-per-variable')).toEqual(stock);
});

test('a gradient of no variable is an error', () => {
  const gradient = tf.tensor1d([1]);
  for (const name of ['adamw', 'adam-per-variable'] as const) {
    expect(() => createOptimizer(tf, name).applyGradients({ nobody: gradient })).toThrow('no variable nobody');
  }
});
