/** What the allocator has taken from the system, for the ledgers that see what the system charges. */
import type { AllocatorStatistics, NoStatistics } from '../runtime/allocatorStatistics.ts';

/** `freeBytes`: regions that the allocator has taken and not given out. Both are 0 where it does not know. */
export function poolOf(statistics: AllocatorStatistics | NoStatistics): { poolBytes: number; freeBytes: number } {
  const reading = 'reason' in statistics ? null : statistics.read();
  if (reading?.poolBytes === undefined) return { poolBytes: 0, freeBytes: 0 };
  return { poolBytes: reading.poolBytes, freeBytes: reading.poolBytes - reading.bytesInUse };
}
