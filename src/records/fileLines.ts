/** A file line by line, in bytes: a line may be torn in the middle of a character, and a file may be larger than memory. */
import fs from 'node:fs';

export interface Line {
  /** From 1. */
  readonly number: number;
  readonly startByte: number;
  /** With the newline, if it has one. */
  readonly content: Buffer;
  /** False of a last line without a newline. */
  readonly ended: boolean;
}

const NEWLINE = 0x0a;
const CHUNK_BYTES = 2 ** 20;

/** Reads no further than it is asked for; the file is open until the last line was taken or the loop is left. */
export function* linesOf(file: string): Generator<Line> {
  const descriptor = fs.openSync(file, 'r');
  try {
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    let started: Buffer[] = []; // what earlier chunks had of the line
    let [number, startByte] = [1, 0];
    const take = (ended: boolean): Line => {
      const line = { number, startByte, content: Buffer.concat(started), ended };
      [number, startByte, started] = [number + 1, startByte + line.content.length, []];
      return line;
    };
    for (let size = fs.readSync(descriptor, chunk); size > 0; size = fs.readSync(descriptor, chunk)) {
      let from = 0;
      for (let at = chunk.indexOf(NEWLINE); at !== -1 && at < size; at = chunk.indexOf(NEWLINE, from)) {
        started.push(chunk.subarray(from, at + 1));
        yield take(true);
        from = at + 1;
      }
      if (from < size) started.push(Buffer.from(chunk.subarray(from, size))); // a copy: the next chunk is read over it
    }
    if (started.length > 0) yield take(false);
  } finally {
    fs.closeSync(descriptor);
  }
}
