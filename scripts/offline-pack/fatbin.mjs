/**
 * Blanks the GPU code that one kind of GPU does not need, in place and without moving a byte: a compressor then removes the zeros.
 *
 * The layout is that of NVIDIA's fatbinary_section.h and of what cuobjdump lists; NVIDIA documents neither. A container has a header
 * (u32 0xBA55ED50, u16 version, u16 header size, u64 payload size), and in its payload entries one after the other
 * (u16 kind: 1 PTX, 2 SASS; u16; u32 header size; u64 payload size; …; u32 architecture at +28).
 * In a container that has SASS for the architecture the driver takes that, so the payload of every other entry is set to zero, and its
 * header stays. A container without such SASS is left whole: the driver may compile its PTX.
 */
import { closeSync, fstatSync, openSync, readSync, writeSync } from 'node:fs';

const MAGIC = Buffer.from([0x50, 0xed, 0x55, 0xba]);
const CONTAINER_HEADER_BYTES = 16;
const ENTRY_HEADER_BYTES = 32;
const [PTX, SASS] = [1, 2];
/** Others that cuobjdump knows: CUBIN lists and NVVM. */
const KNOWN_KINDS = new Set([PTX, SASS, 16, 64]);
const WINDOW_BYTES = 64 * 2 ** 20;

/** Returns how many containers there were, how many were left whole, and what was blanked and kept of their payload. */
export function pruneFatbins(path, arch) {
  const file = openSync(path, 'r+');
  try {
    const counts = { containers: 0, leftWhole: 0, blankedBytes: 0, keptBytes: 0 };
    for (const entries of containersOf(file)) pruneContainer(file, entries, arch, counts);
    return counts;
  } finally {
    closeSync(file);
  }
}

function pruneContainer(file, entries, arch, counts) {
  const fits = (entry) => entry.kind === SASS && entry.arch === arch;
  const prunable = entries.some(fits);
  counts.containers += 1;
  if (!prunable) counts.leftWhole += 1;
  for (const entry of entries) {
    if (!prunable || fits(entry)) counts.keptBytes += entry.sizeBytes;
    else {
      blank(file, entry.start, entry.sizeBytes);
      counts.blankedBytes += entry.sizeBytes;
    }
  }
}

/** The entries of every container, in the order of the file. */
function* containersOf(file) {
  const { size } = fstatSync(file);
  const find = finder(file, size);
  for (let start = find(0); start !== null; ) {
    const container = readContainer(file, start, size);
    if (container !== null) yield container.entries;
    start = find(container?.end ?? start + MAGIC.length);
  }
}

/** Where the number comes next, at or after a position that only grows. A library of a gigabyte is read once, through a window. */
function finder(file, size) {
  const window = Buffer.alloc(Math.min(WINDOW_BYTES, size));
  let [windowStart, windowEnd] = [0, 0];
  return (from) => {
    for (let position = from; position + MAGIC.length <= size; ) {
      if (position + MAGIC.length > windowEnd) {
        windowStart = position;
        windowEnd = position + readSync(file, window, 0, window.length, position);
      }
      const found = window.subarray(0, windowEnd - windowStart).indexOf(MAGIC, position - windowStart);
      if (found >= 0) return windowStart + found;
      position = windowEnd - MAGIC.length + 1; // it may lie across the border
    }
    return null;
  };
}

/** Null if these four bytes are something else: code and data may hold the same number. */
function readContainer(file, start, size) {
  const header = readAt(file, start, CONTAINER_HEADER_BYTES);
  if (header === null || header.readUInt16LE(4) !== 1 || header.readUInt16LE(6) !== CONTAINER_HEADER_BYTES) return null;
  const end = start + CONTAINER_HEADER_BYTES + Number(header.readBigUInt64LE(8));
  if (end > size) return null;
  const entries = [];
  for (let at = start + CONTAINER_HEADER_BYTES; at + ENTRY_HEADER_BYTES <= end; ) {
    const entry = readAt(file, at, ENTRY_HEADER_BYTES);
    const kind = entry.readUInt16LE(0);
    const headerBytes = entry.readUInt32LE(4);
    const sizeBytes = Number(entry.readBigUInt64LE(8));
    const next = at + headerBytes + sizeBytes;
    if (!KNOWN_KINDS.has(kind) || headerBytes < ENTRY_HEADER_BYTES || headerBytes > 4096 || next > end) return null;
    entries.push({ kind, arch: entry.readUInt32LE(28), start: at + headerBytes, sizeBytes });
    at = next;
  }
  return { entries, end };
}

function readAt(file, position, length) {
  const bytes = Buffer.alloc(length);
  return readSync(file, bytes, 0, length, position) === length ? bytes : null;
}

function blank(file, start, length) {
  writeSync(file, Buffer.alloc(length), 0, length, start);
}
