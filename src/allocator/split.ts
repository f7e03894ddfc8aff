/** When a request gets a part of the chunk that was found for it, and how the chunk is cut. */
import { type Chunk, freeChunk } from './chunk.ts';

/**
 * No request wastes so much, however large it is (bfc_allocator.cc, FindChunkPtr: max_internal_fragmentation_bytes, where the option
 * `fragmentation_fraction` is left at 0, as TensorFlow does on every device).
 */
export const MOST_SLACK_BYTES = 128 * 2 ** 20;

/** A smaller rest is not worth a chunk of its own: it stays with the request, as slack. */
export const isSplit = (chunkBytes: number, roundedBytes: number): boolean =>
  chunkBytes >= 2 * roundedBytes || chunkBytes - roundedBytes >= MOST_SLACK_BYTES;

/** Cuts `chunk` down to its first `bytes`. Returns the rest, which is free. */
export function split(chunk: Chunk, bytes: number): Chunk {
  const rest = freeChunk(chunk.address + bytes, chunk.bytes - bytes);
  chunk.bytes = bytes;
  rest.previous = chunk;
  rest.next = chunk.next;
  if (chunk.next !== null) chunk.next.previous = rest;
  chunk.next = rest;
  return rest;
}
