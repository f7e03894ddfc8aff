/** The same measurements are the same accuracy file, however they come. */
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { accuracyFileText } from '../../src/accuracy/baseline/accuracyFile.ts';
import { accuracyOf, judgeFiles, renewAccuracyFile } from '../../src/cli/accuracyFiles.ts';
import { findEstimator } from '../../src/estimators/index.ts';
import type { JudgedRecord } from '../../src/records/judged.ts';
import { readRecords } from '../../src/records/store.ts';
import { temporaryFolder } from './memproof.ts';

const QUICKSTART = fileURLToPath(new URL('../../results/baselines/cpu/quickstart', import.meta.url));
const { records } = readRecords(`${QUICKSTART}.jsonl`);
const estimators = ['rees-2023', 'tfjs-closed-form'].flatMap((id) => findEstimator(id) ?? []);

/** As `check` does it from files of records. */
const textOf = (files: readonly (readonly JudgedRecord[])[]): string =>
  accuracyFileText(accuracyOf(judgeFiles(files, estimators), 'x.accuracy.json', null, []));

test('the order of records, duplicates and shards change nothing', () => {
  const expected = textOf([records]);
  expect(estimators).toHaveLength(2);
  const shuffled = fc
    .array(fc.nat(records.length - 1), { maxLength: 4 })
    .map((twice) => [...records, ...twice.flatMap((index) => records[index] ?? [])])
    .chain((all) => fc.shuffledSubarray(all, { minLength: all.length }));
  fc.assert(
    fc.property(shuffled, fc.integer({ min: 1, max: 4 }), (all, shards) => {
      const files = Array.from({ length: shards }, (_, shard) => all.filter((_record, at) => at % shards === shard));
      expect(textOf(files)).toBe(expected);
    }),
    { numRuns: 20 }, // each judges all records
  );
});

describe('the accuracy file beside records that were just measured', () => {
  const folder = temporaryFolder();
  const silent = { say: () => {}, detail: () => {} };
  const recordsFile = join(folder, 'quickstart.jsonl');
  const file = join(folder, 'quickstart.accuracy.json');
  const committed = readFileSync(`${QUICKSTART}.accuracy.json`, 'utf8');

  test('is written whatever it held, here of a version that nobody reads any more', () => {
    copyFileSync(`${QUICKSTART}.jsonl`, recordsFile);
    writeFileSync(file, JSON.stringify({ version: 1, device: 'cpu', rows: [] }));
    renewAccuracyFile(recordsFile, silent);
    expect(readFileSync(file, 'utf8')).toBe(committed);
  });

  test('but for that of another device', () => {
    const ofGpu = committed.replace(
      '"device": "cpu",\n    "deviceName": null',
      '"device": "gpu",\n    "deviceName": "L4"',
    );
    writeFileSync(file, ofGpu);
    expect(() => renewAccuracyFile(recordsFile, silent)).toThrow(expect.objectContaining({ code: 'E_OTHER_DEVICE' }));
    expect(readFileSync(file, 'utf8')).toBe(ofGpu);
  });
});
