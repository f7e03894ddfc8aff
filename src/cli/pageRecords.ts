/** The records that a report.html holds, read as if from records.jsonl. */
import { fail } from '../errors.ts';
import type { JudgedRecord } from '../records/judged.ts';
import { parseRecord } from '../records/store.ts';
import { RECORDS_ID, unpackedLines } from '../report/html/packed.ts';
import { readText } from './files.ts';

/** Is `file` a report of memproof, by its name? */
export const isPage = (file: string): boolean => file.endsWith('.html');

/** Each is checked when it is asked for. Lines are those of the unpacked records, counted from 1. */
export function* recordsOfPage(file: string): Generator<JudgedRecord> {
  const page = readText(file);
  let number = 0;
  for (const line of linesOf(page, file)) {
    number += 1;
    if (line !== '') yield parseRecord(jsonOf(line, file, number), file, number);
  }
}

function* linesOf(page: string, file: string): Generator<string> {
  try {
    const lines = unpackedLines(page, RECORDS_ID);
    if (lines !== null) return yield* lines;
  } catch (error) {
    throw damaged(file, 1, error);
  }
  throw fail('E_RECORDS', { file, line: 1, detail: 'it is no report of memproof: it holds no records' });
}

function jsonOf(line: string, file: string, number: number): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    throw damaged(file, number, error);
  }
}

const damaged = (file: string, line: number, error: unknown) =>
  fail('E_RECORDS', { file, line, detail: `the records in it are damaged: ${(error as Error).message}` }, error);
