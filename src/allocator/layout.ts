/** A pool that is there already, for an allocator that is not met at its first request. */
import { type Chunk, freeChunk } from './chunk.ts';
import type { Region } from './regionOrder.ts';

/** Something live, and where. */
export interface LaidOut {
  readonly id: string;
  readonly address: number;
  readonly chunkBytes: number;
  readonly requestedBytes: number;
}

/** What is in no live chunk is free. */
export interface PoolLayout {
  /** In the order in which they were taken. */
  readonly regions: readonly Region[];
  readonly live: readonly LaidOut[];
}

/** A chunk of a region, and what lies in it; null where it is free. */
interface Placed {
  readonly chunk: Chunk;
  readonly laidOut: LaidOut | null;
}

/** A region's chunks in order of address. */
export function chunksIn(region: Region, live: readonly LaidOut[]): Placed[] {
  const endAddress = region.address + region.bytes;
  const inside = live.filter(({ address }) => address >= region.address && address < endAddress);
  const placed: Placed[] = [];
  let address = region.address;
  const fillTo = (nextAddress: number): void => {
    if (nextAddress < address) throw new RangeError(`what lies before address ${nextAddress} reaches beyond it`);
    if (nextAddress > address) placed.push({ chunk: freeChunk(address, nextAddress - address), laidOut: null });
    address = nextAddress;
  };
  for (const laidOut of inside.sort((one, other) => one.address - other.address)) {
    fillTo(laidOut.address);
    placed.push({ chunk: freeChunk(laidOut.address, laidOut.chunkBytes), laidOut });
    address += laidOut.chunkBytes;
  }
  fillTo(endAddress);
  for (const [index, { chunk }] of placed.entries()) {
    chunk.previous = placed[index - 1]?.chunk ?? null;
    chunk.next = placed[index + 1]?.chunk ?? null;
  }
  return placed;
}
