/**
 * Which allocator of TensorFlow's log is the measured device's. On a CPU there is one and all of it counts. On a GPU the log has the host's
 * allocators too: `cpu` for what JavaScript hands over, `gpu_host_bfc` for copies between the two.
 */

/** gpu_process_state.cc and gpu_cudamallocasync_allocator.cc: `GPU_0_bfc`, `gpu_async_0`. With one visible GPU there is one of them. */
const DEVICE_ALLOCATOR = /^(GPU_\d+_bfc|gpu_async_\d+)$/;

export type CountsAllocator = (allocatorName: string) => boolean;

/** `name` is what the allocator says of itself; null where nobody could ask it: then the names that TensorFlow gives decide. */
export const measuredAllocator = (name: string | null): CountsAllocator =>
  name === null ? (candidate) => DEVICE_ALLOCATOR.test(candidate) : (candidate) => candidate === name;
