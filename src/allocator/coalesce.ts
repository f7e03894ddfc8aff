/** What is given back becomes one with the free memory beside it, at once (bfc_allocator.cc, TryToCoalesce). */
import type { Chunk } from './chunk.ts';
import type { FreeChunks } from './freeChunks.ts';

/** `chunk` is free and not among `free`; nor is what is returned, the free chunk that it is part of now. */
export function coalesce(chunk: Chunk, free: FreeChunks): Chunk {
  const { previous, next } = chunk;
  if (next !== null && !next.inUse) {
    free.remove(next);
    append(chunk, next);
  }
  if (previous === null || previous.inUse) return chunk;
  free.remove(previous);
  append(previous, chunk);
  return previous;
}

function append(chunk: Chunk, next: Chunk): void {
  chunk.bytes += next.bytes;
  chunk.next = next.next;
  if (next.next !== null) next.next.previous = chunk;
}
