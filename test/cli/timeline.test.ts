/** Timelines of real runs: kept, rendered, and equal to the record to the byte. */
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { beforeAll, expect, test } from 'vitest';
import { timelineShelf } from '../../src/cli/timelines.ts';
import type { MeasuredRecord } from '../../src/records/measurement.ts';
import { readRecords } from '../../src/records/store.ts';
import { timelineSchema } from '../../src/records/timeline.ts';
import { samples, sumsBesideRequested, traceEvents, traceProblems } from '../report/traceFormat.ts';
import { type Ended, memproof, TINY_SWEEP, temporaryFolder, writeJson } from './memproof.ts';

const folder = temporaryFolder();
const sweep = writeJson(folder, 'two-layers.json', { ...TINY_SWEEP, list: [{ model: { layers: 2 } }] });
const output = join(folder, 'kept');
const runAgain = (...more: string[]): Ended => memproof('run', sweep, '-o', output, '--repeats', '1', ...more);

let first: Ended;
beforeAll(() => {
  first = runAgain('--timeline', '--format', 'csv,trace', '-v');
});

function record(): MeasuredRecord {
  const last = readRecords(join(output, 'records.jsonl')).records.at(-1);
  if (last?.outcome !== 'measured') throw new Error(last?.outcome ?? 'no record');
  return last;
}
const stepPeak = (ledger: string) =>
  record().readings.find((reading) => reading.quantity === 'step-peak' && reading.ledger === ledger);
const file = (name: string): string => join(output, name.replace('ID', record().configId));
const read = (name: string): string => readFileSync(file(name), 'utf8');

test('the first measured step is kept beside the record that it belongs to', () => {
  expect([first.exitCode, first.stderr]).toEqual([0, expect.stringContaining('alive-at-peak.csv')]);
  const timeline = timelineSchema.parse(JSON.parse(read('timelines/ID.json')));
  expect(timeline).toMatchObject({ configId: record().configId, startedAt: record().startedAt, step: 3 });
  const times = timeline.events.map(({ timeUs }) => timeUs);
  expect(times).toEqual([...times].sort((a, b) => a - b));
  expect(times.at(-1)).toBeGreaterThan(0);
  const unattributed = timeline.events.filter(
    (event) => event.kind === 'allocated' && event.buffer.component === 'unattributed',
  );
  expect(unattributed).toEqual([]);
});

test('the trace is valid and its counters are what the record says', () => {
  expect(traceProblems(read('ID.trace.json'))).toEqual([]);
  const events = traceEvents(read('ID.trace.json'));
  const highest = (name: string) => Math.max(...samples(events, name).map(({ bytes = 0 }) => bytes));
  for (const ledger of ['requested', 'buffers']) expect(highest(ledger)).toBe(stepPeak(ledger)?.bytes);
  const allocated = stepPeak('allocated');
  if (allocated === undefined) expect(samples(events, 'allocated')).toEqual([]);
  else expect(highest('allocated')).toBe(allocated.bytes);

  const sums = sumsBesideRequested(events);
  expect(sums.length).toBeGreaterThan(500);
  expect(sums.filter(({ sum, requested }) => sum !== requested)).toEqual([]);

  const { bytes, peak } = stepPeak('requested') as NonNullable<ReturnType<typeof stepPeak>>;
  const { phase, kernel } = peak ?? {};
  expect(events.filter(({ ph }) => ph === 'i').map(({ args }) => args)).toEqual([{ phase, kernel, bytes }]);
});

test('what is alive at the peak adds up to the peak, in every component and layer', () => {
  const rows: Record<string, string>[] = parse(read('ID.alive-at-peak.csv'), { columns: true });
  const sums = new Map<string, number>();
  for (const { component, layer, bytes } of rows) {
    const key = `${component} ${layer}`;
    sums.set(key, (sums.get(key) ?? 0) + Number(bytes));
  }
  const { bytes, components = [] } = stepPeak('requested') as NonNullable<ReturnType<typeof stepPeak>>;
  expect(rows.reduce((sum, row) => sum + Number(row['bytes']), 0)).toBe(bytes);
  const wanted = components.map((part) => [`${part.component} ${part.layer ?? ''}`, part.bytes] as const);
  expect(sums).toEqual(new Map(wanted));
  expect(rows.filter((row) => row['component'] === 'weights' && !row['held_by']?.includes('variable'))).toEqual([]);
});

test('-v shows the largest', () => {
  expect(first.stdout).toContain('alive at the peak, ');
  expect(first.stdout).toMatch(/\d+ others/);
});

test('a record that has its timeline is used again, and rendered to the same bytes', () => {
  const before = read('ID.trace.json');
  const { exitCode, stderr } = runAgain('--timeline', '--format', 'trace');
  expect([exitCode, stderr]).toEqual([0, expect.stringContaining('1 of 1 already measured')]);
  expect(read('ID.trace.json')).toBe(before);
});

test('report renders the trace without a device, and nothing else', () => {
  const again = join(folder, 'again');
  const { exitCode } = memproof('report', join(output, 'records.jsonl'), '--format', 'trace', '-o', again);
  expect(exitCode).toBe(0);
  expect(readdirSync(again)).toEqual([`${record().configId}.trace.json`]);
  expect(readFileSync(join(again, `${record().configId}.trace.json`), 'utf8')).toBe(read('ID.trace.json'));
});

test('a timeline that is not of this record does not count', () => {
  const kept = read('timelines/ID.json');
  const { missing } = timelineShelf(output);
  expect(missing(record())).toBeNull();
  const spoilt = (content: string): string | null => {
    writeFileSync(file('timelines/ID.json'), content);
    return missing(record());
  };
  expect(spoilt(kept.slice(0, -10))).toBe('its timeline cannot be read');
  expect(spoilt(kept.replace('"version":1', '"version":0'))).toBe('its timeline cannot be read');
  expect(spoilt(kept.replace(record().startedAt, '2024-01-01T00:00:00.000Z'))).toBe(
    'its timeline is of another measurement',
  );
  writeFileSync(file('timelines/ID.json'), kept);
});

test('where the timeline is missing, the configuration is measured again, but only if one is asked for', () => {
  rmSync(file('timelines/ID.json'));
  expect(runAgain().stderr).toContain('1 of 1 already measured');
  const without = join(folder, 'without');
  const report = memproof('report', join(output, 'records.jsonl'), '--format', 'trace', '-o', without);
  expect(report.stderr).toMatch(/no trace of .*: it has no timeline/);
  expect(existsSync(without)).toBe(false);
  expect(runAgain('--timeline').stderr).toContain('measuring again: it has no timeline');
  expect(timelineSchema.parse(JSON.parse(read('timelines/ID.json'))).startedAt).toBe(record().startedAt);
});

test('where the allocator is not seen there is no timeline, and nothing is measured twice for it', () => {
  const args = ['run', sweep, '--backend', 'javascript', '--repeats', '1', '-o', join(folder, 'js'), '--timeline'];
  expect(memproof(...args).exitCode).toBe(0);
  expect(existsSync(join(folder, 'js', 'timelines'))).toBe(false);
  const { exitCode, stderr } = memproof(...args, '--format', 'csv', '--format', 'trace');
  expect([exitCode, stderr]).toEqual([0, expect.stringContaining('1 of 1 already measured')]);
  expect(stderr).toContain('the ledger requested has no reading');
});

test.each([
  ['an unknown format', ['run', sweep, '--format', 'csv,pdf'], 'no format "pdf"; known: csv, md, json, github'],
  ['a trace without a timeline', ['run', sweep, '--format', 'trace'], 'needs --timeline'],
  ['a trace without a folder', ['report', join(output, 'records.jsonl'), '--format', 'trace'], 'needs a folder'],
])('%s is a usage error', (_, args, words) => {
  const { exitCode, stderr } = memproof(...args);
  expect(exitCode).toBe(2);
  expect(stderr).toContain('E_USAGE');
  expect(stderr).toContain(words);
});
