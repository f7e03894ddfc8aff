/** TensorFlow as a measuring process would load it, two small computations with known answers, and a tensor of 1 MiB. */
import type { AllocatorStatistics, NoStatistics } from '../../allocatorStatistics.ts';
import { loadRuntime } from '../../load.ts';
import { type MemoryPool, openMemoryPool } from '../../memoryPool.ts';
import { answer } from './answer.ts';
import { becomeMeasuring } from './environment.ts';

export interface TensorflowFacts {
  readonly tensorflowVersion: string;
  readonly device: 'cpu' | 'gpu';
  readonly deviceName: string;
  /** [[1, 2], [3, 4]] × [[5, 6], [7, 8]], and one added to each element of that. */
  readonly product: readonly number[];
  readonly sum: readonly number[];
  readonly statistics: Moved;
  /** Null on a CPU, which has none. */
  readonly pool: Moved | null;
}

/** By how much a tensor of 1 MiB moved what is in use, or why that cannot be read. */
export type Moved = { readonly allocator: string; readonly movedBytes: number } | { readonly reason: string };

/** 2^20 bytes of float32, made by a kernel on the device. */
const MEBIBYTE_SHAPE: [number, number] = [512, 512];

const [device = 'cpu', allocator = 'bfc'] = process.argv.slice(2) as ['cpu' | 'gpu', 'bfc' | 'cuda_malloc_async'];

function readingOf(statistics: AllocatorStatistics | NoStatistics) {
  if ('reason' in statistics) return unreadable(statistics.reason);
  const { allocatorName } = statistics;
  return readable(allocatorName, () => statistics.read()?.bytesInUse ?? null);
}

function readingOfPool(pool: MemoryPool | { readonly reason: string }) {
  if ('reason' in pool) return unreadable(pool.reason);
  return readable('memory pool', () => pool.read().usedBytes);
}

const unreadable = (reason: string) => ({ read: () => null, moved: (): Moved => ({ reason }) });

function readable(allocator: string, bytesInUse: () => number | null) {
  const read = (): number | string | null => {
    try {
      return bytesInUse();
    } catch (error) {
      return (error as Error).message;
    }
  };
  const moved = (before: number | string | null): Moved => {
    const after = read();
    if (typeof before === 'number' && typeof after === 'number') return { allocator, movedBytes: after - before };
    return { reason: typeof after === 'string' ? after : `${allocator} does not count what is in use` };
  };
  return { read, moved };
}

answer((): TensorflowFacts => {
  becomeMeasuring({ device, allocator }, { TF_CPP_MIN_LOG_LEVEL: '0' }); // the reasons are on its stderr
  const { tf, device: used, statistics, tensorflowVersion } = loadRuntime('tensorflow', { device });
  const product = tf.matMul(tf.tensor2d([1, 2, 3, 4], [2, 2]), tf.tensor2d([5, 6, 7, 8], [2, 2]));
  const sum = tf.add(product, tf.scalar(1));
  const values = { product: [...product.dataSync()], sum: [...sum.dataSync()] };
  const pool = used.kind === 'gpu' ? openMemoryPool() : null;
  const [inUse, inPool] = [readingOf(statistics), pool === null ? null : readingOfPool(pool)];
  const before = [inUse.read(), inPool?.read() ?? null] as const;
  const tensor = tf.fill(MEBIBYTE_SHAPE, 1);
  const moved = { statistics: inUse.moved(before[0]), pool: inPool?.moved(before[1]) ?? null };
  tensor.dispose();
  return {
    tensorflowVersion: tensorflowVersion ?? '',
    device: used.kind,
    deviceName: used.name,
    ...values,
    ...moved,
  };
});
