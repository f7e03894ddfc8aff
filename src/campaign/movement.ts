/** Do the allocator's statistics see a tensor of 1 MiB come and go, by as much as its rule says? */
import type { Tf } from '../model/tensorflow.ts';
import type { AllocatorStatistics, NoStatistics } from '../runtime/allocatorStatistics.ts';
import { ASYNC_RULE, BFC_RULE, isAsyncCharge, isBfcCharge, MEBIBYTE } from '../runtime/mebibyte.ts';

export interface Movement {
  readonly allocator: string;
  readonly rule: string;
  readonly cameBytes: number;
  readonly wentBytes: number;
  readonly right: boolean;
}

/** `wanted`: `runtime.allocator` of the configuration. */
export function moveStatistics(
  tf: Tf,
  statistics: AllocatorStatistics | NoStatistics,
  wanted: string,
): Movement | NoStatistics {
  if ('reason' in statistics) return statistics;
  const inUse = (): number => statistics.read()?.bytesInUse ?? Number.NaN;
  if (Number.isNaN(inUse())) return { reason: `the allocator "${statistics.allocatorName}" does not count every byte` };
  tf.fill([1], 0).dispose(); // what the first operation takes for good
  const before = inUse();
  const tensor = tf.fill([MEBIBYTE / 4], 1); // made by a kernel, where the device is
  const during = inUse();
  tensor.dispose();
  const [cameBytes, wentBytes] = [during - before, during - inUse()];
  return judgeMovement(wanted, statistics.allocatorName, cameBytes, wentBytes);
}

export function judgeMovement(wanted: string, allocator: string, cameBytes: number, wentBytes: number): Movement {
  const [rule, isCharge] = wanted === 'bfc' ? [BFC_RULE, isBfcCharge] : [ASYNC_RULE, isAsyncCharge];
  const isWanted = /bfc/i.test(allocator) === (wanted === 'bfc'); // it was given another one
  const right = isWanted && isCharge(cameBytes) && cameBytes === wentBytes;
  return { allocator, rule: `${wanted}: ${rule}, and all of it back`, cameBytes, wentBytes, right };
}
