import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { MeasurementRecord } from '../../src/records/measurement.ts';
import { openStore, readRecords } from '../../src/records/store.ts';
import { exampleConfig, exampleReading, measuredRecord, unmeasuredRecord } from './exampleRecord.ts';

let folder: string;
let file: string;

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'store-'));
  file = path.join(folder, 'deep', 'er', 'records.jsonl');
});

afterEach(() => {
  vi.restoreAllMocks();
  fs.rmSync(folder, { recursive: true });
});

const lineOf = (record: MeasurementRecord): string => `${JSON.stringify(record)}\n`;
const first = measuredRecord([exampleReading(123_456_789)]);
const second = unmeasuredRecord('out-of-memory', exampleConfig({ batch: { size: 2 } }));

/** The file as it was left by someone else. */
function leave(content: string | Buffer): void {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, content);
}

describe('append', () => {
  test('folders and the file are made, each record is one line, and reading gives the same records', () => {
    const store = openStore(file);
    expect(store).toMatchObject({ records: [], warnings: [] });
    store.append(first);
    store.append(second);
    expect(fs.readFileSync(file, 'utf8').split('\n')).toHaveLength(3);
    expect(readRecords(file)).toEqual({ records: [first, second], warnings: [] });
    expect(openStore(file).records).toEqual([first, second]);
  });

  test('every outcome survives the disk', () => {
    const store = openStore(file);
    const records = [first, second, unmeasuredRecord('failed'), unmeasuredRecord('skipped')];
    for (const record of records) store.append(record);
    expect(readRecords(file).records).toEqual(records);
  });

  test('the record is synced after it is written and before append returns; so is the folder of a new file', () => {
    const synced: { folder: boolean; sizeBytes: number }[] = [];
    const fsync = fs.fsyncSync;
    vi.spyOn(fs, 'fsyncSync').mockImplementation((descriptor) => {
      const stat = fs.fstatSync(descriptor);
      synced.push({ folder: stat.isDirectory(), sizeBytes: stat.size });
      fsync(descriptor);
    });
    const store = openStore(file);
    expect(synced.map((entry) => entry.folder)).toEqual([true]);
    store.append(first);
    expect(synced.at(-1)).toEqual({ folder: false, sizeBytes: Buffer.byteLength(lineOf(first)) });
  });

  test('a write that fails leaves no half line behind and says so', () => {
    const store = openStore(file);
    store.append(first);
    vi.spyOn(fs, 'fsyncSync').mockImplementation(() => {
      throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
    });
    expect(() => store.append(second)).toThrow(expect.objectContaining({ code: 'E_OUTPUT_UNWRITABLE' }));
    expect(fs.readFileSync(file, 'utf8')).toBe(lineOf(first));
  });

  test('what the reader would refuse is never written', () => {
    const store = openStore(file);
    expect(() => store.append({ ...first, configId: 'not an id' })).toThrow();
    expect(() => store.append(measuredRecord([exampleReading(0.5)]))).toThrow();
    expect(fs.readFileSync(file, 'utf8')).toBe('');
  });

  test('a process that is killed in the middle of a line loses that line only, and the next run goes on', () => {
    openStore(file);
    const script = `const fs = require('node:fs');
      const fd = fs.openSync(process.argv[1], 'a');
      fs.writeSync(fd, process.argv[2] + process.argv[3]);
      process.kill(process.pid, 'SIGKILL');`;
    // The child dies in the middle of its second line.
    expect(() =>
      execFileSync(process.execPath, ['-e', script, file, lineOf(first), lineOf(second).slice(0, 99)]),
    ).toThrow();
    const store = openStore(file);
    expect(store.records).toEqual([first]);
    store.append(second);
    expect(readRecords(file)).toEqual({ records: [first, second], warnings: [] });
  });
});

describe('a torn last line', () => {
  test.each([1, 2, 50, lineOf(second).length - 1])(
    'of %i bytes is left out by reading, which changes nothing',
    (cut) => {
      const content = lineOf(first) + lineOf(second).slice(0, cut);
      leave(content);
      const { records, warnings } = readRecords(file);
      expect(records).toEqual([first]);
      expect(warnings).toEqual([
        `${file}:2: the last line (${cut} bytes) was not written to its end; it was left out.`,
      ]);
      expect(fs.readFileSync(file, 'utf8')).toBe(content);
    },
  );

  test('is moved beside the file on opening, byte for byte, even in the middle of a character', () => {
    const torn = Buffer.from('{"version":1,"name":"µ').subarray(0, -1);
    leave(Buffer.concat([Buffer.from(lineOf(first)), torn]));
    const store = openStore(file);
    expect(store.records).toEqual([first]);
    expect(store.warnings).toEqual([
      `${file}:2: the last line (${torn.length} bytes) was not written to its end; it was moved to ${file}.torn-1.`,
    ]);
    expect(fs.readFileSync(`${file}.torn-1`)).toEqual(torn);
    expect(fs.readFileSync(file, 'utf8')).toBe(lineOf(first));
  });

  test('never overwrites an earlier one', () => {
    leave('{"a');
    fs.writeFileSync(`${file}.torn-1`, 'kept');
    expect(openStore(file).warnings[0]).toContain('.torn-2');
    expect(fs.readFileSync(`${file}.torn-1`, 'utf8')).toBe('kept');
    expect(fs.readFileSync(`${file}.torn-2`, 'utf8')).toBe('{"a');
    expect(openStore(file)).toMatchObject({ records: [], warnings: [] });
  });

  test('is also one that has its newline but is no JSON', () => {
    leave(`${lineOf(first)}{"version":1,\n`);
    expect(readRecords(file).records).toEqual([first]);
    expect(openStore(file).warnings).toHaveLength(1);
    expect(fs.readFileSync(file, 'utf8')).toBe(lineOf(first));
    expect(fs.readFileSync(`${file}.torn-1`, 'utf8')).toBe('{"version":1,\n');
  });
});

describe('refused', () => {
  const codeAndText = (code: string, text: string) =>
    expect.objectContaining({ code, message: expect.stringContaining(text) });

  test('a line that is no JSON and not the last one, with file and line', () => {
    leave(`${lineOf(first)}{"version":1,\n${lineOf(second)}`);
    expect(() => readRecords(file)).toThrow(codeAndText('E_RECORDS', `${file}:2 `));
    expect(() => openStore(file)).toThrow(codeAndText('E_RECORDS', `${file}:2 `));
    expect(fs.readdirSync(path.dirname(file)).sort()).toEqual(['records.jsonl', 'records.jsonl.lock']);
  });

  test('whole JSON of another version, even on the last line: it was not torn', () => {
    leave(lineOf(first) + lineOf({ ...second, version: 2 } as unknown as MeasurementRecord));
    expect(() => openStore(file)).toThrow(codeAndText('E_RECORDS', ':2 is not a measurement record: version'));
  });

  test('a file that cannot be read', () => {
    expect(() => readRecords(file)).toThrow(codeAndText('E_FILE_UNREADABLE', file));
    expect(() => readRecords(folder)).toThrow(codeAndText('E_FILE_UNREADABLE', folder));
    expect(() => openStore(folder)).toThrow(codeAndText('E_FILE_UNREADABLE', folder));
  });

  test('a folder that cannot be made', () => {
    fs.writeFileSync(path.join(folder, 'deep'), 'a file is in the way');
    expect(() => openStore(file)).toThrow(codeAndText('E_OUTPUT_UNWRITABLE', path.dirname(file)));
  });
});

test('blank lines and Windows line ends are no records and no errors', () => {
  leave(`\n${lineOf(first).trim()}\r\n\n${lineOf(second)}\n`);
  expect(readRecords(file)).toEqual({ records: [first, second], warnings: [] });
});
