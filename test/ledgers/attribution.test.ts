/** Where the buffers of a backward belong, under both kinds of it, with recomputation and with custom gradients; buffers and log agree. */
import { expect, test } from 'vitest';
import type { MarkReading } from '../../src/ledgers/ledger.ts';
import { underLog } from './underLog.ts';

const compiled = (path: string): string => new URL(`../../dist/${path}`, import.meta.url).href;

/** Two layers of [16, 8] rows between a first and a last product; what is in `W` is 8 × 8 floats = 256 bytes. */
const script = (kind: 'retaining' | 'freeing', recomputed: boolean): string => `
  const { ${kind}: differentiate } = await import('${compiled(`training/${kind}.js`)}');
  const { createCheckpoint } = await import('${compiled('training/checkpoint.js')}');
  const { weighted } = await import('${compiled('training/lossScale.js')}');
  const checkpoint = ${recomputed} ? createCheckpoint(tf, differentiate) : (run, inputs) => run(...inputs);
  const W = (name) => component('weights', () => tf.tidy(() => tf.variable(tf.fill([8, 8], 0.1), true, name)));
  const [first, own, shared, custom, other] = ['first', 'own', 'shared', 'custom', 'other'].map(W);
  const x = component('inputs', () => tf.fill([16, 8], 0.5));
  // All of its gradients are made before any is asked for.
  const multiply = tf.customGrad((rows, weight, save) => {
    save([rows, weight]);
    return {
      value: tf.matMul(rows, weight),
      gradFunc: (dy, [a, b]) => [tf.matMul(dy, b, false, true), tf.matMul(a, dy, true, false)],
    };
  });
  const loss = () => {
    const start = component('embedding', () => tf.matMul(x, first));
    const middle = layer(0, () => checkpoint(
      (rows) => component('attention', () => tf.tanh(tf.matMul(tf.tanh(tf.matMul(rows, own)), shared))),
      [start], [own, shared]));
    const end = layer(1, () => checkpoint(
      (rows) => {
        const twice = component('feed-forward', () => tf.tanh(tf.matMul(tf.tanh(tf.matMul(rows, other)), other)));
        return component('residual', () => tf.add(multiply(rows, custom), twice));
      },
      [middle], [other, custom]));
    return weighted(tf, tf.sum(component('head', () => tf.square(end))), 2);
  };
  component('scratch', () => tf.tidy(() => tf.square(x))); // nothing waits to be uploaded
  const variables = [first, own, shared, custom, other];
  const run = () => {
    const { value, gradients } = component('loss', () => differentiate(tf, loss, variables, { forwardEnded: () => mark('m1') }));
    mark('m2');
    tf.dispose([value, ...gradients]);
    mark('m3');
  };
  mark('m0');
  run();`;

const at = (readings: readonly MarkReading[], mark: string): MarkReading => {
  const reading = readings.find((one) => one.mark === mark);
  if (reading === undefined) throw new Error(mark);
  return reading;
};

test.each([
  ['retaining', false],
  ['retaining', true],
  ['freeing', false],
  ['freeing', true],
] as const)('%s, recomputed: %s', (kind, recomputed) => {
  const { buffers, requested } = underLog(script(kind, recomputed));
  for (const readings of [buffers, requested]) {
    for (const { level, peak } of readings) {
      const places = [level, peak].flatMap(({ components }) => components ?? []);
      expect(places.filter(({ component }) => component === 'unattributed')).toEqual([]);
    }
    const { level, levelBytes, peakBytes } = at(readings, 'm2');
    const gradients = level.components?.filter(({ component }) => component === 'gradients');
    const bytes = (layer: number | null) => gradients?.filter((part) => part.layer === layer).map((part) => part.bytes);
    // `first`; `own` and `shared`; `custom` and the one gradient of `other`
    expect([null, 0, 1].map(bytes)).toEqual([[256], [512], [512]]);
    const [before, end] = [at(readings, 'm0'), at(readings, 'm3')];
    expect(levelBytes - before.levelBytes).toBe(5 * 256 + 4); // and the loss
    expect(end.level.components).toEqual(before.level.components);
    expect(peakBytes).toBeGreaterThan(levelBytes);
  }
  expect(at(requested, 'm2').levelBytes).toBe(at(buffers, 'm2').levelBytes);
  expect(at(requested, 'm2').peak.components).toEqual(at(buffers, 'm2').peak.components);
});
