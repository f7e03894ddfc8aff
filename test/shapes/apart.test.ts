/** Shapes run on a tfjs of their own: in a process that computes with TensorFlow, too, and without a trace in its tfjs. */
import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { childEnvironment, tensorflowVariables } from '../../src/runtime/variables.ts';
import { exampleConfig } from '../records/exampleRecord.ts';

const compiled = (path: string): string => new URL(`../../dist/${path}`, import.meta.url).href;

test('what was predicted before, between and after is the same, and TensorFlow computes on', () => {
  const config = exampleConfig();
  const code = `
    import { loadRuntime } from '${compiled('runtime/load.js')}';
    import { simulateQuantities } from '${compiled('shapes/quantities.js')}';
    const config = ${JSON.stringify(config)};
    const predicted = () => simulateQuantities(config).get('requested')['step-peak'].bytes;
    const first = predicted();
    const { tf } = loadRuntime('tensorflow');
    const x = tf.tensor1d([1, 2, 3]);
    const gradient = tf.grad((y) => tf.sum(tf.square(y)));
    const held = tf.memory();
    const bytes = [first, predicted(), predicted()];
    console.log(JSON.stringify({
      bytes,
      held: [held.numTensors, held.numBytes],
      after: [tf.memory().numTensors, tf.memory().numBytes],
      gradient: [...gradient(x).dataSync()],
      backend: tf.getBackend(),
    }));`;
  const env = childEnvironment(process.env, tensorflowVariables(config.runtime, 'none'));
  const { stdout, stderr, status } = spawnSync(process.execPath, ['--input-type=module', '-'], {
    ...{ env, input: code, encoding: 'utf8' },
  });
  if (status !== 0) throw new Error(stderr.slice(-2000));
  const { bytes, held, after, gradient, backend } = JSON.parse(stdout);
  expect(new Set(bytes).size).toBe(1);
  expect(bytes[0]).toBeGreaterThan(0);
  expect([after, gradient, backend]).toEqual([held, [2, 4, 6], 'tensorflow']);
});
