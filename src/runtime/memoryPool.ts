/**
 * CUDA's memory pool below cuda_malloc_async: the driver keeps a high-water mark of what is in use, so nothing has to be looked for and
 * nobody's permission is needed. It charges in granules of its own, which are not documented.
 */
import { basename } from 'node:path';
import { CUDA_DRIVER_LIBRARY, CudaDriver, USED_MEM_CURRENT, USED_MEM_HIGH } from './cudaDriver.ts';
import { type Koffi, requireKoffi } from './koffi.ts';

export interface PoolReading {
  readonly usedBytes: number;
  /** Since the reading before, or since the process began. Never less than `usedBytes`. */
  readonly highBytes: number;
}

/** Its method throws with the name of CUDA's error when a call fails. */
export interface MemoryPool {
  /** Waits for the device, reads, and starts a new high-water mark. */
  read(): PoolReading;
}

/** CUDA counts visible devices, and one is visible (variables.ts). */
const FIRST_VISIBLE = 0;

/** Of the measured GPU. Never throws: without it there is a reason. The parameters are for tests. */
export function openMemoryPool(
  library: string = CUDA_DRIVER_LIBRARY,
  loadKoffi: () => Koffi = requireKoffi,
): MemoryPool | { readonly reason: string } {
  try {
    const driver = new CudaDriver(library, loadKoffi());
    const device = driver.device(FIRST_VISIBLE);
    const [pool, context] = [driver.defaultPool(device), driver.primaryContext(device)];
    return {
      read() {
        driver.synchronize(context); // what was freed may still be in the queue
        const usedBytes = Number(driver.poolAttribute(pool, USED_MEM_CURRENT));
        const highBytes = Number(driver.poolAttribute(pool, USED_MEM_HIGH));
        driver.clearPoolAttribute(pool, USED_MEM_HIGH);
        return { usedBytes, highBytes: Math.max(highBytes, usedBytes) };
      },
    };
  } catch (error) {
    const words = error instanceof Error ? error.message.split('\n', 1)[0] : String(error);
    return { reason: `the memory pool cannot be read through ${basename(library)}: ${words}` };
  }
}
