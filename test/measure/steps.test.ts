/** Which steps a process takes, and when it waits for the device. TensorFlow runs on the CPU; the process is told of a GPU. */
import { expect, test } from 'vitest';
import { exampleConfig } from '../records/exampleRecord.ts';
import { onTensorflow } from '../runtime/onTensorflow.ts';

const MARKS = ['m0', 'm1', 'm2', 'm3'];
const step = (number: number): string[] => MARKS.map((mark) => `${number}.${mark}`);
const steps = (count: number): string[][] => Array.from({ length: count }, (_, index) => step(index + 1));

/** Marks, and `read` where a value is waited for. */
const run = (what: 'time' | 'memory', kind: 'cpu' | 'gpu') =>
  onTensorflow<{ events: string[]; times: number }>(`
    const runtime = (await load('runtime/load.js')).loadRuntime('tensorflow');
    const { measureMemory, measureTime } = await load('measure/run.js');
    const events = [], mark = (name) => void events.push(name);
    const { dataSync } = runtime.tf.Tensor.prototype;
    runtime.tf.Tensor.prototype.dataSync = function () { events.push('read'); return dataSync.call(this); };
    const told = { ...runtime, device: { ...runtime.device, kind: '${kind}' } };
    const config = ${JSON.stringify(exampleConfig())};
    const measured = '${what}' === 'time'
      ? await measureTime(told, config, 1, mark)
      : await measureMemory(told, config, 1, mark, () => {});
    answer({ events, times: measured.length ?? 0 });`);

test('on a GPU timed steps come later, and each ends when the device has done it', () => {
  expect(run('time', 'gpu')).toEqual({
    events: ['start', 'weights', ...steps(11).flatMap((marks) => [...marks, 'read'])],
    times: 1,
  });
  expect(run('time', 'cpu')).toEqual({ events: ['start', 'weights', ...steps(3).flat()], times: 1 });
});

test('bytes are counted after two steps everywhere; a GPU is woken before the first mark', () => {
  expect(run('memory', 'gpu').events).toEqual(['read', 'start', 'weights', ...steps(3).flat()]);
  expect(run('memory', 'cpu').events).toEqual(['start', 'weights', ...steps(3).flat()]);
});
