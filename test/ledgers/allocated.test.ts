import { expect, test } from 'vitest';
import type { MarkReading } from '../../src/ledgers/ledger.ts';
import { type Conditions, onTensorflow } from '../runtime/onTensorflow.ts';

const start = `
  const runtime = (await load('runtime/load.js')).loadRuntime('tensorflow');
  const { tf } = runtime;
  const ledger = (await load('ledgers/allocated.js')).allocated.start(runtime);`;

test('the level, and the allocator’s own peak since the mark before, seen between marks too', () => {
  const readings = onTensorflow<MarkReading[]>(`${start}
    const x = tf.fill([1024], 1); // 4096 B, and 2 · 256 B for its operands
    ledger.mark('made');
    ledger.mark('nothing');
    tf.tidy(() => void x.square().square()); // two more, both gone at the mark
    ledger.mark('gone');
    const y = x.neg();
    ledger.mark('kept');
    answer(ledger.stop());`);
  expect(readings.map(({ mark, levelBytes, peakBytes }) => [mark, levelBytes, peakBytes])).toEqual([
    ['made', 4096, 4096 + 512],
    ['nothing', 4096, 4096],
    ['gone', 4096, 3 * 4096],
    ['kept', 2 * 4096, 2 * 4096],
  ]);
  expect(new Set(readings.map(({ peakKernel }) => peakKernel))).toEqual(new Set([null])); // the allocator does not know it
});

test('reading takes nothing from the allocator', () => {
  const counted = onTensorflow<number>(`${start}
    tf.fill([1024], 1);
    runtime.statistics.clearPeak();
    for (let n = 0; n < 100; n++) ledger.mark('m' + n);
    answer(runtime.statistics.read().numAllocs);`);
  expect(counted).toBe(0);
});

test.each<[string, Conditions]>([
  ['malloc', { allocator: 'malloc' }],
  [
    'malloc under the allocation log, where TensorFlow wraps it',
    { allocator: 'malloc', observation: 'allocation-log' },
  ],
])('unavailable with %s', (_, conditions) => {
  const answer = onTensorflow(`${start} answer(ledger);`, conditions);
  expect(answer).toEqual({ reason: expect.stringMatching(/allocator "cpu" .* runtime.allocator "bfc"/) });
});

test('unavailable with oneDNN’s allocator, which counts large blocks alone', () => {
  const answer = onTensorflow(`process.env.TF_ENABLE_ONEDNN_OPTS = '1'; ${start} answer(ledger);`, {
    allocator: 'malloc',
  });
  expect(answer).toEqual({ reason: expect.stringContaining('allocator "mklcpu"') });
});

test('unavailable on the javascript backend', () => {
  const answer = onTensorflow(`
    const runtime = (await load('runtime/load.js')).loadRuntime('javascript');
    answer((await load('ledgers/allocated.js')).allocated.start(runtime));`);
  expect(answer).toEqual({ reason: expect.stringContaining('javascript') });
});
