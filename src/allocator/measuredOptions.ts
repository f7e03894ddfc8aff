/** The allocator that a configuration is measured with. */
import type { RunConfig } from '../config/schema.ts';
import { MEBIBYTE_BYTES } from '../units/bytes.ts';
import type { BfcOptions } from './bfc.ts';

/** process_state.cc, GetCPUAllocator: TF_CPU_BFC_MEM_LIMIT_IN_MB where nobody sets it. */
const CPU_LIMIT_MIB = 2 ** 16;

/**
 * Null where it is not BFC. Of a process that counts memory: one that measures time leaves malloc its own threshold, and its regions on a
 * CPU are `heap-first`. Without a limit a GPU's is what the device has, which a configuration does not say.
 */
export function measuredOptions({ device, allocator, memoryLimitMiB }: RunConfig['runtime']): BfcOptions | null {
  if (allocator !== 'bfc') return null;
  const limitMiB = memoryLimitMiB ?? (device === 'cpu' ? CPU_LIMIT_MIB : null);
  return {
    growth: true, // always on a CPU (process_state.cc); on a GPU because runtime/variables.ts asks for it
    regionOrder: device === 'cpu' ? 'descending' : 'cuda',
    garbageCollection: device === 'gpu',
    ...(limitMiB !== null && { limitBytes: limitMiB * MEBIBYTE_BYTES }),
  };
}
