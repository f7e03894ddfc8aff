/** A piece of a region: in use as a whole, or free as a whole. The chunks of a region are a list without gaps. */

export interface Chunk {
  readonly address: number;
  bytes: number;
  inUse: boolean;
  /** What was asked for; 0 where it is free. */
  requestedBytes: number;
  /** The neighbours in the same region; null at its ends. */
  previous: Chunk | null;
  next: Chunk | null;
}

/** One without neighbours yet. */
export const freeChunk = (address: number, bytes: number): Chunk => ({
  address,
  bytes,
  inUse: false,
  requestedBytes: 0,
  previous: null,
  next: null,
});
