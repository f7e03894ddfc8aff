/** Do the allocator's statistics see a tensor of 1 MiB come and go, by as much as its rule says? */
import type { Tf } from '../model/tensorflow.ts';
import type { AllocatorStatistics, NoStatistics } from '../runtime/allocatorStatistics.ts';

export const TENSOR_BYTES = 2 ** 20;
/** bfc_allocator.h: kMinAllocationSize. */
const BFC_ROUNDING_BYTES = 256;

export interface Movement {
  readonly allocator: string;
  readonly rule: string;
  readonly cameBytes: number;
  readonly wentBytes: number;
  readonly right: boolean;
}

export function moveStatistics(tf: Tf, statistics: AllocatorStatistics | NoStatistics): Movement | NoStatistics {
  if ('reason' in statistics) return statistics;
  const inUse = (): number => statistics.read()?.bytesInUse ?? Number.NaN;
  if (Number.isNaN(inUse())) return { reason: `the allocator "${statistics.allocatorName}" does not count every byte` };
  tf.fill([1], 0).dispose(); // what the first operation takes for good
  const before = inUse();
  const tensor = tf.fill([TENSOR_BYTES / 4], 1); // made by a kernel, where the device is
  const during = inUse();
  tensor.dispose();
  const [cameBytes, wentBytes] = [during - before, during - inUse()];
  return judgeMovement(statistics.allocatorName, cameBytes, wentBytes);
}

export function judgeMovement(allocator: string, cameBytes: number, wentBytes: number): Movement {
  const bfc = /bfc/i.test(allocator);
  // A chunk is split only if the rest is as large as the request (bfc_allocator.cc, FindChunkPtr): up to twice of it is charged.
  const rule = bfc
    ? 'a chunk of 1 MiB to under 2 MiB, a multiple of 256 B, and all of it back'
    : 'exactly 1 MiB, and all of it back';
  const right = bfc
    ? cameBytes >= TENSOR_BYTES && cameBytes < 2 * TENSOR_BYTES && cameBytes % BFC_ROUNDING_BYTES === 0
    : cameBytes === TENSOR_BYTES;
  return { allocator, rule, cameBytes, wentBytes, right: right && cameBytes === wentBytes };
}
