/**
 * The free chunks, and the search for one: the smallest that fits, of equals the one at the lowest address (bfc_allocator.h,
 * ChunkComparator). The bins do not change what is found. They keep the lists short: here each is an array in order, searched by halving.
 */
import type { Chunk } from './chunk.ts';
import { UNIT_BYTES } from './rounding.ts';

/** bfc_allocator.h: kNumBins. A bin has the chunks from 256 · 2ⁿ bytes to below twice of that, the last one all that are larger. */
const BINS = 21;

const binOf = (bytes: number): number => Math.min(BINS - 1, Math.floor(Math.log2(bytes / UNIT_BYTES)));

export class FreeChunks {
  private readonly bins: Chunk[][] = Array.from({ length: BINS }, () => []);

  /** The largest one's; 0 if there is none. */
  get largestBytes(): number {
    return this.bins.findLast((bin) => bin.length > 0)?.at(-1)?.bytes ?? 0;
  }

  add(chunk: Chunk): void {
    const bin = this.binFor(chunk.bytes);
    bin.splice(firstFrom(bin, chunk.bytes, chunk.address), 0, chunk);
  }

  /** One that is here: its bytes are what they were when it was added. */
  remove(chunk: Chunk): void {
    const bin = this.binFor(chunk.bytes);
    bin.splice(firstFrom(bin, chunk.bytes, chunk.address), 1);
  }

  /** Removes the best chunk for so many bytes; null if none is large enough. */
  take(bytes: number): Chunk | null {
    for (let number = binOf(bytes); number < BINS; number++) {
      const bin = this.bins[number] ?? [];
      const at = firstFrom(bin, bytes, 0);
      const chunk = bin[at];
      if (chunk === undefined) continue;
      bin.splice(at, 1);
      return chunk;
    }
    return null;
  }

  private binFor(bytes: number): Chunk[] {
    return this.bins[binOf(bytes)] as Chunk[];
  }
}

/** Index of the first chunk that is not before (bytes, address) in a bin's order. */
function firstFrom(bin: readonly Chunk[], bytes: number, address: number): number {
  let low = 0;
  let high = bin.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const chunk = bin[middle] as Chunk;
    if (chunk.bytes < bytes || (chunk.bytes === bytes && chunk.address < address)) low = middle + 1;
    else high = middle;
  }
  return low;
}
