/** Pruning on a file of known layout: what is blanked, what stays, and that nothing moves. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { pruneFatbins } from '../../scripts/offline-pack/fatbin.mjs';
import { temporaryFolder } from '../cli/memproof.ts';

const folder = temporaryFolder();
const [PTX, SASS] = [1, 2];
const MAGIC = Buffer.from([0x50, 0xed, 0x55, 0xba]);
const filler = (length: number, byte: number): Buffer => Buffer.alloc(length, byte);

function entry(kind: number, arch: number, payload: Buffer): Buffer {
  const header = Buffer.alloc(64, 0x11); // longer than what is read of it: the rest must stay
  header.writeUInt16LE(kind, 0);
  header.writeUInt32LE(header.length, 4);
  header.writeBigUInt64LE(BigInt(payload.length), 8);
  header.writeUInt32LE(arch, 28);
  return Buffer.concat([header, payload]);
}

function container(...entries: Buffer[]): Buffer {
  const payload = Buffer.concat(entries);
  const header = Buffer.alloc(16);
  MAGIC.copy(header);
  header.writeUInt16LE(1, 4);
  header.writeUInt16LE(16, 6);
  header.writeBigUInt64LE(BigInt(payload.length), 8);
  return Buffer.concat([header, payload]);
}

function pruned(content: Buffer, arch = 90) {
  const file = join(folder, 'library.so');
  writeFileSync(file, content);
  const counts = pruneFatbins(file, arch);
  return { counts, content: readFileSync(file) };
}

it('blanks the payload of other architectures, and of PTX, and moves nothing', () => {
  const around = (old: Buffer, ptx: Buffer): Buffer =>
    Buffer.concat([
      filler(1000, 0x7f),
      container(entry(SASS, 80, old), entry(SASS, 90, filler(300, 0xaa)), entry(PTX, 90, ptx)),
      filler(77, 0x7f),
    ]);
  const { counts, content } = pruned(around(filler(500, 0xbb), filler(40, 0xcc)));
  expect(content.equals(around(filler(500, 0), filler(40, 0)))).toBe(true);
  expect(counts).toEqual({ containers: 1, leftWhole: 0, blankedBytes: 540, keptBytes: 300 });
});

it('leaves a container whole that has no SASS for the architecture', () => {
  const whole = container(entry(SASS, 80, filler(50, 0xbb)), entry(PTX, 90, filler(20, 0xcc)));
  const { counts, content } = pruned(Buffer.concat([whole, whole]));
  expect(content.equals(Buffer.concat([whole, whole]))).toBe(true);
  expect(counts).toEqual({ containers: 2, leftWhole: 2, blankedBytes: 0, keptBytes: 140 });
});

it('is not misled by the number alone, nor by sizes that lead out of the file', () => {
  const tooLong = container(entry(SASS, 90, filler(8, 1)), entry(SASS, 80, filler(8, 2))).subarray(0, -1);
  const content = Buffer.concat([MAGIC, filler(30, 0xee), MAGIC, tooLong]);
  expect(pruned(content)).toEqual({
    counts: { containers: 0, leftWhole: 0, blankedBytes: 0, keptBytes: 0 },
    content,
  });
});

it('finds containers wherever they lie about the border of a window', () => {
  const windowBytes = 64 * 2 ** 20;
  const sample = container(entry(SASS, 80, filler(10, 0xbb)), entry(SASS, 90, filler(10, 0xaa)));
  for (const before of [2, 60]) {
    const content = Buffer.concat([filler(windowBytes - before, 0), sample, filler(5, 0), sample]);
    expect(pruned(content).counts).toMatchObject({ containers: 2, blankedBytes: 20 });
  }
});
