/** The addon and what is checked before its numbers are believed, on real TensorFlow. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { chooseWheel } from '../../src/runtime/choice.ts';
import { requireInstallation, STATISTICS_SOURCE } from '../../src/runtime/installation.ts';
import { compile } from '../../src/runtime/setup/statisticsAddon.ts';
import { onTensorflow } from './onTensorflow.ts';

const KiB = 1024;
const MiB = 1024 * KiB;
const folder = mkdtempSync(join(tmpdir(), 'memproof-statistics-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('numbers, under BFC', () => {
  test('chunks in use and their peak are those that the rules give', () => {
    const readings = onTensorflow(`
      const { tf, statistics } = (await load('runtime/load.js')).loadRuntime('tensorflow');
      const readings = [statistics.read()];
      const read = () => void readings.push(statistics.read());
      const first = tf.fill([${MiB / 4}], 1); read();
      statistics.clearPeak(); read();
      const second = tf.fill([${MiB / 4}], 1); read();
      first.dispose(); read();
      statistics.clearPeak(); read();
      answer(readings);`);
    // The shape and the value of a fill are uploaded first: 256 B each, until the fill is done.
    const operands = 2 * 256;
    // The first region is 2 MiB; what the operands leave is less than two requests, so it is one chunk.
    const whole = 2 * MiB - operands;
    expect(readings).toMatchObject([
      { bytesInUse: 0, peakBytesInUse: 0, numAllocs: 0, poolBytes: 0 },
      { bytesInUse: whole, peakBytesInUse: whole + operands, numAllocs: 3, poolBytes: 2 * MiB },
      { bytesInUse: whole, peakBytesInUse: whole, numAllocs: 0 },
      // The second region is twice as large and is split.
      { bytesInUse: whole + MiB, peakBytesInUse: whole + MiB + operands, numAllocs: 3, poolBytes: 6 * MiB },
      { bytesInUse: MiB, peakBytesInUse: whole + MiB + operands },
      { bytesInUse: MiB, peakBytesInUse: MiB, peakPoolBytes: 6 * MiB }, // the pool's peak is not cleared
    ]);
  });

  test('an upload is charged what bytesInUse rises by; nothing for an empty array', () => {
    const uploads = onTensorflow<[elements: number, told: number, difference: number][]>(`
      const { tf, native, statistics } = (await load('runtime/load.js')).loadRuntime('tensorflow');
      answer([1, 64, 65, 1000, 100_000, 300_000, 0].map((elements) => {
        const before = statistics.read().bytesInUse;
        native.binding.createTensor([elements], 1, new Float32Array(elements));
        return [elements, statistics.lastUploadAllocatedBytes(), statistics.read().bytesInUse - before];
      }));`);
    for (const [, told, difference] of uploads) expect(told).toBe(difference);
    expect(uploads.map(([, told]) => told).slice(0, 5)).toEqual([256, 256, 512, 4096, 400_128]);
    expect(uploads.at(-1)).toEqual([0, 0, 0]);
  });

  test('memory that TensorFlow borrows from JavaScript is not the allocator’s', () => {
    // Straight into the binding, without our copies: about a quarter of the arrays is aligned.
    const uploads = onTensorflow<[told: number, difference: number][]>(`
      const { openStatistics } = await load('runtime/allocatorStatistics.js');
      const { examineStatistics } = await load('runtime/installation.js');
      const addon = openStatistics(examineStatistics(installation));
      const binding = { exports: {} };
      process.dlopen(binding, installation.addonPath);
      answer(Array.from({ length: 64 }, () => {
        const before = addon.devices()[0].stats.bytesInUse;
        binding.exports.createTensor([16], 1, new Float32Array(16));
        return [addon.lastUploadAllocatedBytes(), addon.devices()[0].stats.bytesInUse - before];
      }));`);
    for (const [told, difference] of uploads) expect(told).toBe(difference);
    expect(new Set(uploads.map(([told]) => told))).toEqual(new Set([0, 256]));
  });
});

/** Opens the addon and then TensorFlow's, by hand. */
const byHand = (addonPath: string, openOptions = '{}', first = '') => `
  const { constants } = await import('node:os');
  const { openStatistics, confirmStatistics } = await load('runtime/allocatorStatistics.js');
  const binding = { exports: {} };
  ${first}
  const addon = openStatistics(${addonPath}, ${openOptions});
  process.dlopen(binding, installation.addonPath);
  const statistics = confirmStatistics(addon, 'cpu', binding.exports.TF_Version);
  answer({ ...statistics, devices: addon.devices?.().length });`;
const FOUND = "(await load('runtime/installation.js')).examineStatistics(installation)";

describe('a configuration for the context', () => {
  test('is used', () => {
    const twoCpus = [10, 7, 10, 3, 67, 80, 85, 16, 2]; // device_count { key: "CPU" value: 2 }
    const configured = onTensorflow(byHand(FOUND, `{ configuration: new Uint8Array([${twoCpus}]) }`));
    expect(configured).toMatchObject({ devices: 2, configurationError: null });
  });

  test('that TensorFlow refuses leaves its defaults, and is told', () => {
    const refused = onTensorflow(byHand(FOUND, '{ configuration: new Uint8Array([255, 255, 255]) }'));
    expect(refused).toMatchObject({ devices: 1, configurationError: expect.stringContaining('ConfigProto') });
  });
});

describe('unavailable with a reason, never a wrong number', () => {
  test('opened for itself alone: tfjs does not call it', () => {
    const answer = onTensorflow(byHand(FOUND, '{ flags: constants.dlopen.RTLD_NOW }'));
    expect(answer).toEqual({ reason: expect.stringContaining('saw 0 TensorFlow contexts'), devices: 0 });
  });

  test('opened after TensorFlow', () => {
    const answer = onTensorflow(byHand(FOUND, '{}', 'process.dlopen({ exports: {} }, installation.addonPath);'));
    expect(answer).toEqual({ reason: expect.stringContaining('saw 0 TensorFlow contexts'), devices: 0 });
  });

  test('compiled for another version: its headers are not trusted with anything', async () => {
    const addonPath = join(folder, 'other.node');
    const installation = requireInstallation(chooseWheel('cpu'));
    await compile({ ...installation, tensorflowVersion: '2.17.0' }, STATISTICS_SOURCE, addonPath);
    const answer = onTensorflow(byHand(JSON.stringify({ addonPath })));
    const versions = `for TensorFlow 2.17.0, not ${installation.tensorflowVersion}`;
    expect(answer).toEqual({ reason: expect.stringContaining(versions), devices: 0 });
  });

  test('not there, or not an addon', () => {
    expect(onTensorflow(byHand(JSON.stringify({ reason: 'not built' })))).toEqual({ reason: 'not built' });
    const answer = onTensorflow(byHand(JSON.stringify({ addonPath: '/dev/null' })));
    expect(answer).toEqual({ reason: expect.stringContaining('does not load') });
  });
});

describe('where outputs are', () => {
  test('on a CPU all are the host’s; an operation that fails has none', () => {
    const [before, single, several, failed, after] = onTensorflow<boolean[][]>(`
      const { native, statistics } = (await load('runtime/load.js')).loadRuntime('tensorflow');
      const { binding } = native;
      const x = binding.createTensor([4], 1, new Float32Array(4));
      const axis = binding.createTensor([], 3, new Int32Array(1));
      const type = { name: 'T', type: binding.TF_ATTR_TYPE, value: 1 };
      const run = (name, inputs, outputs, ...more) => {
        try { binding.executeOp(name, [type, ...more], inputs, outputs); } catch {}
        return statistics.lastOutputsOnHost();
      };
      const answers = [run('Square', [x], 1)];
      statistics.followOutputs();
      answers.push(run('Square', [x], 1));
      answers.push(run('Split', [axis, x], 2, { name: 'num_split', type: binding.TF_ATTR_INT, value: 2 }));
      answers.push(run('Add', [x, axis], 1));
      answers.push(run('Square', [x], 1));
      answer(answers);`);
    expect({ before, single, several, failed, after }).toEqual({
      before: [], // nobody asked
      single: [true],
      several: [true, true],
      failed: [],
      after: [true],
    });
  });
});
