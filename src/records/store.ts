/** The records of one run on disk: append-only JSON lines, each one safe on the disk before the next measurement starts. */
import fs from 'node:fs';
import { dirname } from 'node:path';
import { fail } from '../errors.ts';
import { makeFolder } from '../runtime/makeFolder.ts';
import { type Line, linesOf } from './fileLines.ts';
import { contradiction, isOwn, type JudgedRecord, parseJudged } from './judged.ts';
import { type MeasurementRecord, measurementRecordSchema } from './measurement.ts';
import { lockStore } from './storeLock.ts';

export interface StoredRecords<R extends JudgedRecord = JudgedRecord> {
  readonly records: R[];
  /** What was set aside, one sentence each. To be shown, never to be swallowed. */
  readonly warnings: string[];
}

export interface RecordStore extends StoredRecords<MeasurementRecord> {
  /** Returns when the record is on the disk. `records` stays what was there when the store was opened. */
  append(record: MeasurementRecord): void;
}

/** A last line that was not written to its end. */
type TornLine = Pick<Line, 'number' | 'startByte' | 'content'>;

/** The records of a file, each read when it is asked for; changes nothing. `warn` is told what is left out. */
export function* streamRecords(file: string, warn: (text: string) => void): Generator<JudgedRecord> {
  const torn = yield* parseLines(file);
  if (torn !== null) warn(`${tornText(file, torn)}; it was left out.`);
}

/** All records of a file at once. */
export function readRecords(file: string): StoredRecords {
  const warnings: string[] = [];
  return { records: [...streamRecords(file, (text) => warnings.push(text))], warnings };
}

/** Opens a file of records for more of them, for this process alone. Folders and file are made; a torn last line is moved out of the way. */
export function openStore(file: string): RecordStore {
  makeFile(file);
  lockStore(file);
  const records: MeasurementRecord[] = [];
  const parsing = parseLines(file);
  let next = parsing.next();
  for (; next.done !== true; next = parsing.next()) {
    if (isOwn(next.value)) records.push(next.value); // nobody measures again what others measured
  }
  const torn = next.value;
  const warnings = torn === null ? [] : [`${tornText(file, torn)}; it was moved to ${setAside(file, torn)}.`];
  return { records, warnings, append: (record) => append(file, record) };
}

function* parseLines(file: string): Generator<JudgedRecord, TornLine | null> {
  let broken: { readonly line: Line; readonly error: SyntaxError } | null = null;
  for (const line of readableLines(file)) {
    if (broken !== null) {
      // it was not the last one, hence not torn
      throw fail('E_RECORDS', { file, line: broken.line.number, detail: broken.error.message }, broken.error);
    }
    if (!line.ended) return line;
    const text = line.content.toString('utf8').replace(/^\uFEFF/, ''); // an editor's byte order mark
    if (text.trim() === '') continue;
    const value = parseJson(text);
    if (value instanceof SyntaxError) broken = { line, error: value };
    else yield parseRecord(value, file, line.number);
  }
  return broken?.line ?? null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    return error;
  }
}

/** Whole JSON that is no record is refused wherever it stands: a write that was cut off never leaves whole JSON. */
export function parseRecord(value: unknown, file: string, line: number): JudgedRecord {
  const parsed = parseJudged(value);
  if (parsed.success) {
    const forged = contradiction(parsed.data);
    if (forged === null) return parsed.data;
    throw fail('E_RECORDS', { file, line, detail: forged });
  }
  const detail = parsed.error.issues
    .map((issue) => `${issue.path.join('.') || '(whole)'}: ${issue.message}`)
    .join('; ');
  throw fail('E_RECORDS', { file, line, detail }, parsed.error);
}

/** Copies the torn bytes beside the file before they are cut off, so that no moment exists at which they are nowhere. */
function setAside(file: string, { startByte, content }: TornLine): string {
  try {
    const aside = writeNew(`${file}.torn-`, content);
    fs.truncateSync(file, startByte);
    syncFolder(dirname(file));
    return aside;
  } catch (error) {
    throw unwritable(file, error);
  }
}

/** Writes under the first free number after `prefix`; an earlier torn line is never overwritten. */
function writeNew(prefix: string, content: Buffer): string {
  for (let n = 1; ; n++) {
    try {
      fs.writeFileSync(`${prefix}${n}`, content, { flag: 'wx', flush: true });
      return `${prefix}${n}`;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

/** All of the line or, on a full disk, none of it: the next line would be glued to the half that got through. */
function append(file: string, record: MeasurementRecord): void {
  // Parsed before it is written: a line that the reader would refuse must not get into the file.
  const line = `${JSON.stringify(measurementRecordSchema.parse(record))}\n`;
  try {
    withDescriptor(file, 'a', (descriptor) => {
      const sizeBefore = fs.fstatSync(descriptor).size;
      try {
        fs.writeFileSync(descriptor, line);
        fs.fsyncSync(descriptor);
      } catch (error) {
        fs.ftruncateSync(descriptor, sizeBefore);
        throw error;
      }
    });
  } catch (error) {
    throw unwritable(file, error);
  }
}

function makeFile(file: string): void {
  try {
    makeFolder(dirname(file));
    withDescriptor(file, 'a', () => {});
    syncFolder(dirname(file));
  } catch (error) {
    // A folder in the file's place cannot be read as records either; that is the clearer thing to say.
    if ((error as NodeJS.ErrnoException).code === 'EISDIR') throw unreadable(file, error);
    throw unwritable(file, error);
  }
}

/** A new file is on the disk when its name is: the name belongs to the folder. */
const syncFolder = (folder: string): void => withDescriptor(folder, 'r', fs.fsyncSync);

function withDescriptor(path: string, flag: 'a' | 'r', use: (descriptor: number) => void): void {
  const descriptor = fs.openSync(path, flag);
  try {
    use(descriptor);
  } finally {
    fs.closeSync(descriptor);
  }
}

function* readableLines(file: string): Generator<Line> {
  try {
    yield* linesOf(file);
  } catch (error) {
    throw unreadable(file, error);
  }
}

const tornText = (file: string, { number, content }: TornLine): string =>
  `${file}:${number}: the last line (${content.length} bytes) was not written to its end`;

const unreadable = (file: string, error: unknown) =>
  fail('E_FILE_UNREADABLE', { file, detail: (error as Error).message }, error);

const unwritable = (file: string, error: unknown) =>
  fail('E_OUTPUT_UNWRITABLE', { folder: dirname(file), detail: (error as Error).message }, error);
