import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { MarkReading } from '../../src/ledgers/ledger.ts';
import { residentBytes, residentSet } from '../../src/ledgers/process.ts';
import type { LoadedRuntime } from '../../src/runtime/load.ts';
import { onTensorflow } from '../runtime/onTensorflow.ts';

const MiB = 1024 * 1024;
/** A kernel may fault in pages of the library's code, and V8 may grow its heap, while the tensor lives. */
const BESIDE_BYTES = 4 * MiB;

test('reads the kernel’s text', () => {
  const status = 'Name:\tnode\nVmHWM:\t   40544 kB\nVmRSS:\t   40000 kB\nThreads:\t11\n';
  expect(residentBytes(status)).toEqual({ levelBytes: 40_960_000, peakBytes: 41_517_056 });
  expect(() => residentBytes('Name:\tnode\n')).toThrow('no VmRSS');
});

test('a large tensor raises level and peak by its size, and the peak is set back', () => {
  const tensorBytes = 128 * MiB;
  const readings = onTensorflow<MarkReading[]>(
    `const runtime = (await load('runtime/load.js')).loadRuntime('tensorflow');
    const { tf } = runtime;
    tf.fill([1024], 1).dispose(); // the kernel's code is in memory
    const ledger = (await load('ledgers/process.js')).residentSet.start(runtime);
    const make = () => tf.fill([${tensorBytes / 4}], 1);
    ledger.mark('start');
    const kept = make(); ledger.mark('made');
    kept.dispose(); ledger.mark('gone');
    make().dispose(); ledger.mark('passed');
    ledger.mark('end');
    answer(ledger.stop());`,
    { allocator: 'malloc', observation: 'allocation-log' }, // with glibc told to give back what is freed
  );
  const base = readings[0]?.levelBytes ?? 0;
  const above = readings.slice(1).map(({ mark, levelBytes, peakBytes }) => [mark, levelBytes - base, peakBytes - base]);
  const [present, absent] = [tensorBytes, 0].map((bytes) =>
    expect.toSatisfy((n: number) => Math.abs(n - bytes) < BESIDE_BYTES),
  );
  expect(above).toEqual([
    ['made', present, present],
    ['gone', absent, present],
    ['passed', absent, present],
    ['end', absent, absent],
  ]);
});

test('on a CPU the driver is not asked, nor is what it takes to ask it loaded', () => {
  const found = onTensorflow(
    `const { device, driver, ...runtime } = (await load('runtime/load.js')).loadRuntime('tensorflow');
    const ledger = (await load('ledgers/process.js')).residentSet.start({ device, ...runtime });
    ledger.mark('start');
    const { readFileSync } = await import('node:fs');
    const libraries = readFileSync('/proc/self/maps', 'utf8').match(/koffi|nvidia-ml/g);
    answer({ kind: device.kind, uuid: device.uuid, driver, libraries, fields: Object.keys(ledger.stop()[0]) });`,
  );
  const fields = ['mark', 'levelBytes', 'peakBytes', 'peakKernel', 'level', 'peak'];
  expect(found).toEqual({ kind: 'cpu', uuid: null, driver: null, libraries: null, fields });
});

test.skipIf(existsSync('/proc/driver/nvidia/version'))('unavailable on a GPU whose driver cannot be asked', () => {
  const runtime = { device: { kind: 'gpu', name: 'GPU', uuid: null } } as LoadedRuntime;
  expect(residentSet.start(runtime, undefined as never)).toEqual({
    reason: expect.stringContaining('libnvidia-ml.so.1'),
  });
});
