/** Both kinds of backward on real TensorFlow: the same bits, nothing left behind, not even by what fails. */
import { createHash } from 'node:crypto';
import { afterEach, expect, test } from 'vitest';
import type { PartialConfig } from '../../src/config/schema.ts';
import type { Scalar, Tensor, Variable } from '../../src/model/tensorflow.ts';
import { interpose } from '../../src/runtime/binding.ts';
import { loadRuntime } from '../../src/runtime/load.ts';
import { disposeBatch } from '../../src/training/batch.ts';
import type { Differentiated } from '../../src/training/differentiate.ts';
import { BACKWARDS } from '../../src/training/trainer.ts';
import { SWITCHES } from '../model/switches.ts';
import { tinyBatch, tinyConfig, tinyModel } from '../model/tinyModel.ts';
import { existingOn, withFailingOperation } from './existing.ts';

const { tf, native } = loadRuntime('tensorflow');
if (native === null) throw new Error('TensorFlow has a native backend');
afterEach(() => tf.disposeVariables()); // of a test that failed half way
const existing = existingOn(tf, native);

const KINDS = ['retaining', 'freeing'] as const;
type Kind = (typeof KINDS)[number];

function disposeAll({ value, gradients }: Differentiated<Tensor>): void {
  for (const tensor of [value, ...gradients]) tensor?.dispose();
}

/** SHA-256 over the loss and the gradients of all variables. A model of its own each time: dropout draws from its seed anew. */
function bitsOf(kind: Kind, switches: PartialConfig['model']): { bits: string; count: number } {
  const before = existing();
  const config = tinyConfig(switches);
  const model = tinyModel(tf, config);
  const batch = tinyBatch(tf, config);
  const { value, gradients } = BACKWARDS[kind](tf, () => model.loss(batch), model.variables);
  const hash = createHash('sha256');
  for (const tensor of [value, ...gradients]) hash.update((tensor as Tensor).dataSync());
  disposeAll({ value, gradients });
  disposeBatch(batch);
  const count = model.variables.length;
  model.dispose();
  expect(existing()).toEqual(before);
  return { bits: hash.digest('hex'), count };
}

test.each([{}, ...SWITCHES])('both give the same bits and leave nothing: %j', (switches) => {
  const [retained, freed] = [bitsOf('retaining', switches), bitsOf('freeing', switches)];
  expect(freed).toEqual(retained);
  expect(freed.count).toBeGreaterThan(10);
});

test.each(KINDS)('whatever operation fails, in forward or in backward, nothing is left: %s', (kind) => {
  const config = tinyConfig({ layers: 1, dropout: 0.1 });
  const model = tinyModel(tf, config);
  const batch = tinyBatch(tf, config);
  let forwardEnds = 0;
  const run = (): void => {
    const forwardEnded = (): void => void forwardEnds++;
    const { value, gradients } = BACKWARDS[kind](tf, () => model.loss(batch), model.variables, { forwardEnded });
    disposeAll({ value, gradients });
  };
  const operations = withFailingOperation(native, -1, run);
  forwardEnds = 0;
  const before = existing();
  const left: unknown[] = [];
  for (let index = 0; index < operations; index++) {
    expect(() => withFailingOperation(native, index, run)).toThrow('thrown by the device');
    if (String(existing()) !== String(before)) left.push([index, existing()]);
  }
  expect(left).toEqual([]);
  expect(forwardEnds).toBeGreaterThan(0.3 * operations); // those that failed in backward
  expect(forwardEnds).toBeLessThan(operations);
  run();
  expect(existing()).toEqual(before);
  disposeBatch(batch);
  model.dispose();
});

test.each(KINDS)('gradients of shared, unused and handed-on tensors: %s', (kind) => {
  const before = existing();
  const [x, unused] = [tf.tensor1d([1, 2, 3]), tf.tensor1d([7])];
  const dy = tf.tensor1d([1, 10, 100]);
  const same = tf.customGrad((a, b) => ({
    value: tf.add(a as Tensor, b as Tensor),
    gradFunc: (given: Tensor) => [given, given], // one tensor for both, and not a new one
  }));
  const run = BACKWARDS[kind];
  const twice = run(tf, () => tf.mul(tf.square(x), x), [x, unused], { dy });
  expect(twice.gradients[1]).toBeNull();
  expect(Array.from(twice.gradients[0]?.dataSync() ?? [])).toEqual([3, 120, 2700]); // 3x²·dy
  const itself = run(tf, () => tf.clone(x), [x], { dy });
  expect(Array.from(itself.gradients[0]?.dataSync() ?? [])).toEqual([1, 10, 100]);
  if (kind === 'freeing') {
    const sum = run(tf, () => same(x, x), [x], { dy }); // tfjs would dispose `dy` and say nothing
    expect(Array.from(sum.gradients[0]?.dataSync() ?? [])).toEqual([2, 20, 200]);
    disposeAll(sum);
  }
  const nothing = run(tf, () => tf.square(x), [unused]);
  expect(nothing.gradients).toEqual([null]);
  for (const result of [twice, itself, nothing]) disposeAll(result);
  expect(Array.from(dy.dataSync())).toEqual([1, 10, 100]); // stays the caller's
  tf.dispose([x, unused, dy]);
  expect(existing()).toEqual(before);
});

test('a freeing backward frees on its way: it holds one activation, where tfjs holds all', () => {
  const x = tf.variable(tf.fill([1000], 0.5)) as Variable;
  const most = (kind: Kind): number => {
    let most = 0;
    const behind = interpose(native, {
      executeOp(...operation) {
        most = Math.max(most, native.binding.getNumOfTensors());
        return behind.executeOp(...operation);
      },
    });
    const loss = (): Scalar => {
      let y: Tensor = x;
      for (let n = 0; n < 20; n++) y = tf.tanh(y);
      return tf.sum(y) as Scalar;
    };
    const { value, gradients } = BACKWARDS[kind](tf, loss, [x]);
    disposeAll({ value, gradients });
    native.binding = behind;
    return most;
  };
  // The 20 outputs of tanh are there at the end of forward. tfjs adds 20 gradients to them; the other never has more than a few at once.
  const [all, few] = [most('retaining'), most('freeing')];
  expect(all).toBeGreaterThan(40);
  expect(few).toBeLessThan(30);
  x.dispose();
});

test('gradients go to the sink when they are complete, each once; what it returns is the result', () => {
  const [x, y] = [tf.tensor1d([1, 2]), tf.tensor1d([3, 4])];
  const story = (kind: Kind) => {
    const events: string[] = [];
    const { value, gradients } = BACKWARDS[kind](tf, () => tf.sum(tf.mul(tf.mul(x, y), x)), [x, y], {
      sink: {
        arriving: (index) => void events.push(`arriving ${index}`),
        complete: (index, gradient) => {
          events.push(`complete ${index}`);
          const doubled = tf.mul(gradient, 2);
          gradient.dispose();
          return doubled;
        },
      },
    });
    const numbers = gradients.map((gradient) => Array.from((gradient as Tensor).dataSync()));
    disposeAll({ value, gradients });
    return { events, numbers };
  };
  story('retaining'); // uploads x and y
  const before = existing();
  const numbers = [
    [12, 32], // 2 · 2xy
    [2, 8], // 2 · x²
  ];
  const events = ['arriving 0', 'complete 0', 'arriving 1', 'complete 1'];
  for (const kind of KINDS) expect(story(kind)).toEqual({ events, numbers });
  expect(existing()).toEqual(before);
  tf.dispose([x, y]);
});

test.each(KINDS)('a mark or a sink that throws leaves nothing either: %s', (kind) => {
  const x = tf.tidy(() => tf.variable(tf.fill([3], 0.5))) as Variable;
  const loss = (): Scalar => tf.sum(tf.square(x)) as Scalar;
  const before = existing();
  const thrower = (): never => {
    throw new Error('thrown by the caller');
  };
  const sink = { arriving: () => {}, complete: thrower };
  for (const options of [{ forwardEnded: thrower }, { sink }]) {
    expect(() => BACKWARDS[kind](tf, loss, [x], options)).toThrow('thrown by the caller');
    expect(existing()).toEqual(before);
  }
  x.dispose();
});

test('gradients of gradients are refused by a freeing backward', () => {
  const x = tf.tensor1d([1, 2]);
  const inner = () => BACKWARDS.freeing(tf, () => tf.square(x), [x]).gradients[0] as Tensor;
  expect(() => tf.grad(inner)(x)).toThrow('gradients of gradients');
  x.dispose();
});
