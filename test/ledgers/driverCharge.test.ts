import { expect, test } from 'vitest';
import type { MarkReading, Unavailable } from '../../src/ledgers/ledger.ts';
import { TWO_GPUS, useStubNvml } from '../runtime/nvml/stubNvml.ts';

const { onStub, folder } = useStubNvml();

/** A runtime on a GPU whose pool has taken 60 B and given out 50 of them; through the ledger itself and the library's real name. */
const START = `
  const { residentSet } = await load('ledgers/process.js');
  const statistics = { read: () => ({ bytesInUse: 50, poolBytes: 60 }) };
  const ledger = residentSet.start({ device: { kind: 'gpu' }, statistics });
  const gpus = ${JSON.stringify(TWO_GPUS)};`;
const run = (script: string, processes: string[]): readonly MarkReading[] | Unavailable =>
  onStub(START + script, [...TWO_GPUS, ...processes], { LD_LIBRARY_PATH: folder() });

test('levels at the marks, and peaks that a thread saw while this one was busy', () => {
  const readings = run(
    `ledger.mark('start');
    script(...gpus, 'process self 900'); pollsPass();
    script(...gpus, 'process self 300'); ledger.mark('first');
    pollsPass(); ledger.mark('second');
    script(...gpus, 'process self 400'); ledger.mark('third');
    answer(ledger.stop());`,
    ['process self 160', 'process 1000000001 5000'],
  );
  const common = { peakIsLowerBound: true, peakKernel: null };
  const level = { parts: { 'pool-free': 10, 'runtime-baseline': 100 } };
  const peak = { parts: { 'runtime-baseline': 100 } };
  expect(readings).toEqual([
    { ...common, mark: 'start', levelBytes: 160, peakBytes: 160, level, peak },
    { ...common, mark: 'first', levelBytes: 300, peakBytes: 900, level, peak },
    { ...common, mark: 'second', levelBytes: 300, peakBytes: 300, level, peak },
    { ...common, mark: 'third', levelBytes: 400, peakBytes: 400, level, peak },
  ]);
});

test('unavailable where the driver does not list the process; the device’s figure is only named', () => {
  const refused = run('answer(ledger);', ['process 1000000001 77']);
  expect(refused).toEqual({ reason: expect.stringMatching(/does not tell .* container .* 5000 B in use$/) });
});

test.each([
  ['stops telling', `'process self unavailable'`, 'does not tell'],
  ['is lost', `'list 15'`, 'does not answer: nvmlDeviceGetComputeRunningProcesses_v3: GPU is lost (15)'],
])('unavailable as a whole if the driver %s in the middle', (_, line, reason) => {
  const ended = run(
    `ledger.mark('start');
    script(...gpus, ${line}); ledger.mark('first');
    script(...gpus, 'process self 100'); ledger.mark('second');
    answer(ledger.stop());`,
    ['process self 100'],
  );
  expect(ended).toEqual({ reason: expect.stringContaining(reason) });
});

test('unavailable if the polling thread missed a part, although every mark was read', () => {
  const ended = run(
    `ledger.mark('start');
    script(...gpus, 'process self unavailable');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000);
    script(...gpus, 'process self 100'); ledger.mark('first');
    answer(ledger.stop());`,
    ['process self 100'],
  );
  expect(ended).toEqual({ reason: expect.stringContaining('the thread that polls') });
});

test('a process that fails before it stops the ledger ends all the same', () => {
  expect(run(`ledger.mark('start'); answer([]);`, ['process self 100'])).toEqual([]);
});
