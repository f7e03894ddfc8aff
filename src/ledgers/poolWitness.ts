/**
 * A witness is no ledger: it counts what a ledger counts, is seen by somebody else, and nothing is reconciled with it. Under
 * cuda_malloc_async it is the driver's memory pool, beside `allocated`.
 */
import type { RunConfig } from '../config/schema.ts';
import type { Witness } from '../records/quantity.ts';
import { openMemoryPool } from '../runtime/memoryPool.ts';
import type { MarkReading, RunningLedger, Unavailable } from './ledger.ts';

export const POOL_WITNESS: Witness = 'memory-pool';

/** Null where there is no such pool. `library` is for tests. */
export function poolWitness(
  { allocator }: Pick<RunConfig['runtime'], 'allocator'>,
  library?: string,
): RunningLedger | Unavailable | null {
  if (allocator !== 'cuda_malloc_async') return null;
  const pool = openMemoryPool(library);
  if ('reason' in pool) return pool;
  const readings: MarkReading[] = [];
  let failure: Unavailable | null = null;
  return {
    mark(mark) {
      if (failure !== null) return;
      try {
        const { usedBytes: levelBytes, highBytes } = pool.read();
        // A high-water mark that was just set back may read 0 until something is taken.
        const peakBytes = Math.max(highBytes, readings.at(-1)?.levelBytes ?? 0);
        readings.push({ mark, levelBytes, peakBytes, peakKernel: null, level: {}, peak: {} });
      } catch (error) {
        failure = { reason: `the memory pool could not be read at ${mark}: ${(error as Error).message}` };
      }
    },
    stop: () => failure ?? readings,
  };
}
