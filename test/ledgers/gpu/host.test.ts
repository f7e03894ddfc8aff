/** What the books do where they are told of a GPU. TensorFlow runs on the CPU all the same, so it says that every output is on the host. */
import { expect, test } from 'vitest';
import type { MarkReading } from '../../../src/ledgers/ledger.ts';
import { onTensorflow } from '../../runtime/onTensorflow.ts';

const START = `
  const runtime = (await load('runtime/load.js')).loadRuntime('tensorflow');
  const { keepBooks } = await load('ledgers/keepBooks.js');
  const { tf, native } = runtime;`;

interface Told {
  readonly executed: readonly [op: string, made: number[], operands: [handle: number, bytes: number][]][];
  readonly readings: readonly MarkReading[];
}

test('int32 arrays and what TensorFlow left on the host are no device memory; they are named to who reads the log', () => {
  const { executed, readings } = onTensorflow<Told>(`${START}
    Object.defineProperty(native, 'isUsingGpuDevice', { value: true });
    const books = keepBooks({ ...runtime, device: { ...runtime.device, kind: 'gpu' } });
    const executed = [];
    books.listeners.push({
      uploaded() {}, moved() {}, held() {},
      executed: (op, made, operands) =>
        executed.push([op, made.map(({ bytes }) => bytes), operands.map(({ handle, bytes }) => [handle, bytes])]),
    });
    const floats = tf.tensor1d([1, 2, 3]), ids = tf.tensor1d([4, 5], 'int32');
    floats.square(); // 12 B uploaded, and an output that is on the host
    ids.add(ids);
    books.water.mark('end');
    answer({ executed, readings: books.water.stop() });`);
  expect(executed).toEqual([
    ['Square', [0], []],
    ['Add', [0], [[2, 8]]],
  ]);
  expect(readings).toMatchObject([
    { levelBytes: 12, level: { belowBytes: 4 * (3 + 3 + 2 + 2), parts: { views: 0, 'host-operands': -28 } } },
  ]);
});

test('on a CPU nobody asks where an output is, and everything counts', () => {
  const { executed, readings } = onTensorflow<Told>(`${START}
    const books = keepBooks(runtime);
    const executed = [];
    books.listeners.push({
      uploaded() {}, moved() {}, held() {},
      executed: (op, made, operands) => executed.push([op, made.map(({ bytes }) => bytes), operands]),
    });
    const ids = tf.tensor1d([4, 5], 'int32');
    ids.add(ids);
    books.water.mark('end');
    executed.push(['asked', runtime.statistics.lastOutputsOnHost(), []]);
    answer({ executed, readings: books.water.stop() });`);
  expect(executed).toEqual([
    ['Add', [8], []],
    ['asked', [], []],
  ]);
  expect(readings[0]).toMatchObject({ levelBytes: 16 });
  expect(Object.keys(readings[0]?.level.parts ?? {})).toEqual(['views', 'not-uploaded', 'not-tracked']);
});
