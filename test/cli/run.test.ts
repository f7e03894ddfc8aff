/** Whole runs on real TensorFlow: what is measured, kept, resumed and reported. */
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { parse } from 'csv-parse/sync';
import { expect, test } from 'vitest';
import { isOwn } from '../../src/records/judged.ts';
import type { MeasuredRecord, MeasurementRecord } from '../../src/records/measurement.ts';
import { readRecords } from '../../src/records/store.ts';
import { JUDGEMENT_CSV_FILES } from '../../src/report/csvFiles.ts';
import { selectedVersion } from '../../src/runtime/choice.ts';
import { measuringChildrenOf } from '../runner/measuringChildren.ts';
import { memproof, startMemproof, TINY_SWEEP, temporaryFolder, writeJson } from './memproof.ts';

const folder = temporaryFolder();
const sweep = writeJson(folder, 'tiny.json', TINY_SWEEP);
const recordsIn = (name: string): MeasurementRecord[] =>
  readRecords(join(folder, name, 'records.jsonl')).records.filter(isOwn);
const csv = (name: string, file: string): Record<string, string>[] =>
  parse(readFileSync(join(folder, name, file), 'utf8'), { columns: true });

/** The ledgers that read the same in every step and every process; chunks and the resident set have a history. */
const asked = ({ readings }: MeasuredRecord) =>
  readings.filter(({ ledger }) => ['tensors', 'buffers', 'requested'].includes(ledger));

test('a sweep is measured, and the closed form is right to the byte', () => {
  const { exitCode, stdout, stderr } = memproof('run', sweep, '-o', join(folder, 'a'), '--repeats', '2');
  expect([exitCode, stderr]).toEqual([0, expect.stringContaining('3 measured')]);
  expect(stdout).toContain('tfjs-closed-form');
  const totals = csv('a', 'comparisons.csv').filter(
    (row) => row['estimator'] === 'tfjs-closed-form' && row['component'] === 'total',
  );
  expect(totals).toHaveLength(3 * 8 * 2); // configurations × quantities × ledgers
  expect(totals.filter((row) => row['error_bytes'] !== '0')).toEqual([]);

  for (const record of recordsIn('a')) {
    if (record.outcome !== 'measured') throw new Error(record.outcome);
    expect(record.environment.device.kind).toBe('cpu');
    expect(record.environment.tensorflow).toBe(selectedVersion());
    expect(record.environment.variables['TF_CPU_ALLOCATOR_USE_BFC']).toBe('true');
    expect(record.stepTimesMs).toHaveLength(2);
    expect([record.unavailable, record.notes, record.timingError]).toEqual([[], [], null]);
    const inStep = (step: number) =>
      asked(record)
        .filter((reading) => reading.step === step)
        .map(({ bytes }) => bytes);
    expect(inStep(4)).toEqual(inStep(3)); // the second repeat reads the same bytes
  }
});

test('a second run measures nothing again and says so', () => {
  const before = recordsIn('a');
  const { exitCode, stderr } = memproof('run', sweep, '-o', join(folder, 'a'), '--repeats', '2');
  expect([exitCode, stderr]).toEqual([0, expect.stringContaining('3 of 3 already measured')]);
  expect(recordsIn('a')).toEqual(before);
});

test('records are rendered again without a device, to the same bytes', () => {
  const { exitCode } = memproof('report', join(folder, 'a', 'records.jsonl'), '-o', join(folder, 'again'));
  expect(exitCode).toBe(0);
  for (const file of [...JUDGEMENT_CSV_FILES.map(({ file }) => file), 'report.md']) {
    expect(readFileSync(join(folder, 'again', file), 'utf8')).toBe(readFileSync(join(folder, 'a', file), 'utf8'));
  }
});

test('the malloc allocator asks for the same bytes as BFC', () => {
  const grid = ['--set', 'runtime.allocator=malloc,bfc', '--repeats', '1', '-o', join(folder, 'allocators')];
  expect(memproof('run', sweep, ...grid).exitCode).toBe(0);
  const readings = new Map<string, unknown[]>();
  for (const record of recordsIn('allocators')) {
    if (record.outcome !== 'measured') throw new Error(record.outcome);
    const key = JSON.stringify(record.configuration.model);
    readings.set(key, [...(readings.get(key) ?? []), asked(record)]);
  }
  expect(readings.size).toBe(3);
  for (const [malloc, bfc] of readings.values()) expect(malloc).toEqual(bfc);
});

test('out of memory and a configuration beyond the machine are outcomes; the sweep goes on', () => {
  const base = TINY_SWEEP.base;
  const wide = { model: { hiddenSize: 65536, heads: 2, feedForwardSize: 65536 }, runtime: { allocator: 'malloc' } };
  // The logits alone, [4096, 5000], are twice the limit.
  const logits = {
    model: { vocabularySize: 5000 },
    batch: { size: 64, sequenceLength: 64 },
    runtime: { memoryLimitMiB: 40 },
  };
  // Here it is an upload that does not fit, which tfjs answers with SIGSEGV.
  const upload = {
    model: { layers: 2, hiddenSize: 64, heads: 4, feedForwardSize: 256, vocabularySize: 200, tiedEmbedding: false },
    batch: { size: 8, sequenceLength: 32 },
    runtime: { memoryLimitMiB: 2 },
  };
  const file = writeJson(folder, 'oom.json', { name: 'oom', description: 'x', base, list: [wide, logits, upload, {}] });
  const { exitCode, stderr } = memproof('run', file, '-o', join(folder, 'oom'), '--repeats', '1', '--jobs', '2');
  expect([exitCode, stderr]).toEqual([0, expect.stringContaining('3 out-of-memory, 1 measured')]);
  expect(stderr).toContain('TensorFlow retries for ten seconds');
  // Without a limit of its own it could have been the other's doing: it was measured once more, alone, and comes last.
  expect(stderr.match(/.*: out of memory beside others; once more at the end, alone/g)).toHaveLength(1);
  const exhausted = recordsIn('oom').flatMap((record) => (record.outcome === 'out-of-memory' ? [record] : []));
  expect(exhausted.at(-1)?.configuration.model.hiddenSize).toBe(65536);
  const allocations = exhausted
    .toSorted((a, b) => b.configuration.batch.size - a.configuration.batch.size)
    .map(({ allocation }) => allocation);
  expect(allocations).toMatchObject([
    { phase: 'forward', bytes: 4096 * 5000 * 4 },
    { phase: 'forward', kernel: 'upload' },
    { phase: 'building the model', bytes: 65536 * 3 * 65536 * 4, kernel: 'Fill' }, // the QKV weight
  ]);
  const live = allocations[0]?.liveBytes ?? 0;
  expect(live).toBeGreaterThan(0);
  expect(live).toBeLessThan(40 * 2 ** 20);
}, 180_000);

test('without TensorFlow the javascript backend measures tensors and buffers', () => {
  const { exitCode } = memproof('run', sweep, '--backend', 'javascript', '--repeats', '1', '-o', join(folder, 'js'));
  expect(exitCode).toBe(0);
  for (const record of recordsIn('js')) {
    if (record.outcome !== 'measured') throw new Error(record.outcome);
    expect(record.environment.tensorflow).toBeNull();
    expect(new Set(record.readings.map(({ ledger }) => ledger))).toEqual(new Set(['tensors', 'buffers', 'process']));
  }
});

test('--jobs measures several configurations at once: the same bytes, and no times until they are asked for', () => {
  const js = ['run', sweep, '--backend', 'javascript', '--repeats', '1', '-o', join(folder, 'jobs')];
  const first = memproof(...js, '--jobs', '3');
  expect(first).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('3 configurations at once') });
  const bytes = (records: readonly MeasurementRecord[]) =>
    records.flatMap((record) =>
      record.outcome === 'measured'
        ? [[record.configId, record.readings.filter(({ ledger }) => ledger === 'buffers')]]
        : [],
    );
  const crowded = recordsIn('jobs');
  for (const record of crowded) {
    expect(record).toMatchObject({ outcome: 'measured', stepTimesMs: [], timingError: { code: 'E_NOT_ALONE' } });
  }
  expect(memproof(...js, '--jobs', '2').stderr).toContain('3 of 3 already measured');
  expect(memproof(...js).stderr).toContain('the steps were not timed (E_NOT_ALONE)');
  const timed = recordsIn('jobs').slice(3);
  expect(timed).toHaveLength(3);
  for (const record of timed) expect(record).toMatchObject({ outcome: 'measured', timingError: null });
  expect(new Map(bytes(crowded) as [string, unknown][])).toEqual(new Map(bytes(timed) as [string, unknown][]));
});

test('--jobs and a single configuration: it is alone, and timed', () => {
  const file = writeJson(folder, 'single.json', {
    name: 'single',
    description: 'x',
    base: TINY_SWEEP.base,
    list: [{}],
  });
  const options = ['--backend', 'javascript', '--repeats', '1', '--jobs', '3', '-o', join(folder, 'single')];
  expect(memproof('run', file, ...options).exitCode).toBe(0);
  expect(recordsIn('single')).toMatchObject([{ outcome: 'measured', timingError: null }]);
});

test('--json writes one document to stdout and nothing else', () => {
  const { stdout } = memproof('run', sweep, '-o', join(folder, 'a'), '--repeats', '2', '--json');
  expect(JSON.parse(stdout).outcomes).toHaveLength(3);
});

async function until(condition: () => boolean, timeoutMs: number): Promise<boolean> {
  for (let waitedMs = 0; waitedMs < timeoutMs; waitedMs += 20) {
    if (condition()) return true;
    await setTimeout(20);
  }
  return condition();
}

test('kill -9 in mid-sweep: no child is left, nothing measured is lost or measured twice', async () => {
  const output = join(folder, 'killed');
  const file = join(output, 'records.jsonl');
  const parent = startMemproof('run', sweep, '-o', output);
  const pid = parent.pid as number;
  const started = await until(
    () => existsSync(file) && readFileSync(file, 'utf8').includes('\n') && measuringChildrenOf(pid).length > 0,
    40_000,
  );
  expect(started).toBe(true);
  parent.kill('SIGKILL');
  await once(parent, 'exit');
  expect(await until(() => measuringChildrenOf(pid).length === 0, 5_000)).toBe(true);

  const kept = recordsIn('killed');
  expect(kept.length).toBeGreaterThanOrEqual(1);
  expect(kept.length).toBeLessThan(3);
  const { stderr } = memproof('run', sweep, '-o', output);
  expect(stderr).toContain(`${kept.length} of 3 already measured`);
  const all = recordsIn('killed');
  expect(all.slice(0, kept.length)).toEqual(kept);
  expect(new Set(all.map(({ configId }) => configId)).size).toBe(3);
  expect(all).toHaveLength(3);
});

test('a child that the kernel kills is a failed record with its phase; the sweep goes on and ends with 4', async () => {
  const output = join(folder, 'child-killed');
  const parent = startMemproof('run', sweep, '-o', output);
  const pid = parent.pid as number;
  await until(() => existsSync(join(output, 'records.jsonl')) && measuringChildrenOf(pid).length > 0, 40_000);
  for (const child of measuringChildrenOf(pid)) process.kill(Number(child), 'SIGKILL');
  const [exitCode] = await once(parent, 'exit');
  expect(exitCode).toBe(4);
  const [killed, ...others] = recordsIn('child-killed');
  if (killed?.outcome !== 'failed') throw new Error(killed?.outcome);
  expect(killed.error.code).toBe('E_CHILD_DIED');
  expect(killed.error.message).toContain('SIGKILL');
  expect(others.map(({ outcome }) => outcome)).toEqual(['measured', 'measured']);
  const { stderr } = memproof('run', sweep, '-o', output);
  expect(stderr).toContain('the last attempt failed (E_CHILD_DIED)');
});

test('two runs into one folder: the second is refused and nothing is measured twice', async () => {
  const output = join(folder, 'two');
  const first = startMemproof('run', sweep, '-o', output);
  await until(() => existsSync(join(output, 'records.jsonl.lock')), 40_000);
  const { exitCode, stderr } = memproof('run', sweep, '-o', output);
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining(`process ${first.pid}`)]);
  expect(await once(first, 'exit')).toEqual([0, null]);
  expect(recordsIn('two')).toHaveLength(3);
});

test('Ctrl-C keeps what is measured and exits with 130', async () => {
  const output = join(folder, 'interrupted');
  const file = join(output, 'records.jsonl');
  const parent = startMemproof('run', sweep, '-o', output);
  const pid = parent.pid as number;
  await until(
    () => existsSync(file) && readFileSync(file, 'utf8').includes('\n') && measuringChildrenOf(pid).length > 0,
    40_000,
  );
  parent.kill('SIGINT');
  const [exitCode] = await once(parent, 'exit');
  expect(exitCode).toBe(130);
  expect(measuringChildrenOf(pid)).toEqual([]);
  expect(recordsIn('interrupted').length).toBeGreaterThanOrEqual(1);
});
