/** Reading and writing what the user names, with errors that say which file and why. */
import { closeSync, openSync, readFileSync, renameSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Judgement } from '../accuracy/judge.ts';
import { fail } from '../errors.ts';
import { JUDGEMENT_CSV_FILES } from '../report/csvFiles.ts';
import { DOCUMENT_FORMATS } from '../report/documentFormats.ts';
import { DOCUMENTS } from '../report/documents.ts';
import { makeFolder } from '../runtime/makeFolder.ts';
import type { Format } from './formats.ts';
import { pieces } from './pieces.ts';

const reason = (error: unknown): string => (error instanceof Error ? error.message : String(error));

export function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw fail('E_FILE_UNREADABLE', { file, detail: reason(error) }, error);
  }
}

export const readJson = (file: string): unknown => parseJson(readText(file), file);

/** `text` is what `file` holds. */
function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw fail('E_NOT_JSON', { file, detail: reason(error) }, error);
  }
}

/** Makes `folder` and proves that a file can be written there. */
export function requireWritableFolder(folder: string): void {
  try {
    makeFolder(folder);
    const probe = join(folder, `.writable-${process.pid}`);
    writeFileSync(probe, '');
    rmSync(probe);
  } catch (error) {
    throw fail('E_OUTPUT_UNWRITABLE', { folder, detail: reason(error) }, error);
  }
}

/** Writes beside and renames, so that a reader never sees half a file. */
export function writeWhole(folder: string, name: string, text: string | Iterable<string>): string {
  const file = join(folder, name);
  try {
    makeFolder(folder);
    const temporary = `${file}.tmp-${process.pid}`;
    writePieces(temporary, typeof text === 'string' ? [text] : text);
    renameSync(temporary, file);
  } catch (error) {
    throw fail('E_OUTPUT_UNWRITABLE', { folder, detail: reason(error) }, error);
  }
  return file;
}

function writePieces(file: string, texts: Iterable<string>): void {
  const descriptor = openSync(file, 'w');
  try {
    for (const piece of pieces(texts)) writeSync(descriptor, piece);
  } finally {
    closeSync(descriptor);
  }
}

/** What `formats` name of the files that a judgement is written into: CSV files and documents. Returns their paths. */
export function writeJudgement(folder: string, judgement: Judgement, formats: ReadonlySet<Format>): string[] {
  const tables = formats.has('csv') ? JUDGEMENT_CSV_FILES : [];
  const documents = DOCUMENT_FORMATS.filter((format) => formats.has(format)).map((format) => DOCUMENTS[format]);
  return [...tables, ...documents].map(({ file, text }) => writeWhole(folder, file, text(judgement)));
}
