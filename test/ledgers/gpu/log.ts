/** Lines of the log of a GPU, by TensorFlow 2.18.1's format; none of them was written by one. */

const NOW = '2026-11-25 03:40:01.123456: I';
const PREFIX = `${NOW} tensorflow/core/framework/log_memory.cc:34] __LOG_MEMORY__ `;
export const GPU = 'GPU_0_bfc';
export const ASYNC = 'gpu_async_0';

/** Ids are counted by each allocator for itself: the host's and the device's are the same numbers. */
export const host = {
  raw: (id: number, bytes: number, operation = 'TF_NewTensor') =>
    `${PREFIX}MemoryLogRawAllocation { step_id: -3 operation: "${operation}" num_bytes: ${bytes} ptr: 95 allocation_id: ${id} allocator_name: "cpu" }`,
  rawFreed: (id: number) =>
    `${PREFIX}MemoryLogRawDeallocation { step_id: -3 operation: "TensorFlow C Api" allocation_id: ${id} allocator_name: "cpu" }`,
  tensor: (id: number, bytes: number, kernel: string, allocator = 'cpu') =>
    `${PREFIX}MemoryLogTensorAllocation { kernel_name: "${kernel}" tensor { dtype: DT_INT32 shape { dim { size: ${bytes / 4} } } allocation_description { requested_bytes: ${bytes} allocated_bytes: ${bytes} allocator_name: "${allocator}" allocation_id: ${id} has_single_reference: true ptr: 94 } } }`,
  freed: (id: number, allocator = 'cpu') =>
    `${PREFIX}MemoryLogTensorDeallocation { allocation_id: ${id} allocator_name: "${allocator}" }`,
};

export const device = {
  tensor: (id: number, bytes: number, kernel: string, chunkBytes = Math.ceil(bytes / 256) * 256) =>
    `${PREFIX}MemoryLogTensorAllocation { step_id: -6 kernel_name: "${kernel}" tensor { dtype: DT_FLOAT shape { dim { size: ${bytes / 4} } } allocation_description { requested_bytes: ${bytes} allocated_bytes: ${chunkBytes} allocator_name: "${GPU}" allocation_id: ${id} has_single_reference: true ptr: 140004 } } }`,
  freed: (id: number) => `${PREFIX}MemoryLogTensorDeallocation { allocation_id: ${id} allocator_name: "${GPU}" }`,
  raw: (id: number, bytes: number, kernel: string) =>
    `${PREFIX}MemoryLogRawAllocation { operation: "${kernel}" num_bytes: ${bytes} ptr: 140005 allocation_id: ${id} allocator_name: "${GPU}" }`,
  rawFreed: (id: number, kernel: string, deferred: boolean) =>
    `${PREFIX}MemoryLogRawDeallocation { operation: "${kernel}" allocation_id: ${id} allocator_name: "${GPU}"${deferred ? ' deferred: true' : ''} }`,
};

/** cuda_malloc_async: no ids, so both of TensorFlow's log and the allocator's own. */
export const asynchronous = {
  given: (bytes: number, address: number) => `${ownWords}Allocated ${bytes} at 0x${address.toString(16)}`,
  tensor: (bytes: number, address: number, kernel: string) =>
    `${PREFIX}MemoryLogTensorAllocation { kernel_name: "${kernel}" tensor { dtype: DT_FLOAT shape { dim { size: ${bytes / 4} } } allocation_description { requested_bytes: ${bytes} allocated_bytes: ${bytes} allocator_name: "${ASYNC}" has_single_reference: true ptr: ${address} } } }`,
  freed: () => `${PREFIX}MemoryLogTensorDeallocation { allocator_name: "${ASYNC}" }`,
  takenBack: (address: number) => `${ownWords}Freed ptr: 0x${address.toString(16)}`,
  chatter: () =>
    `${NOW} external/local_xla/xla/stream_executor/gpu/gpu_cudamallocasync_allocator.cc:329] New Peak memory usage of 400 bytes.`,
  refusal: () =>
    '2026-11-25 03:40:01.123456: E external/local_xla/xla/stream_executor/gpu/gpu_cudamallocasync_allocator.cc:311] gpu_async_0 cuMemAllocAsync failed to allocate 400 bytes: out of memory',
};
const ownWords = `${NOW} external/local_xla/xla/stream_executor/gpu/gpu_cudamallocasync_allocator.cc:341] ${ASYNC} `;

const ours = (event: object) => `@@memproof ${JSON.stringify(event)}`;

/** What a measuring process writes between them. */
export const measuring = {
  device: (allocator: string | null = GPU) => ours({ kind: 'device', allocator }),
  mark: (mark: string) => ours({ kind: 'mark', mark }),
  upload: (output: object) => ours({ kind: 'upload', output, allocatedBytes: 0 }),
  op: (op: string, outputs: readonly object[], more: object = {}) =>
    ours({ kind: 'op', op, outputs, place: { component: 'attention', layer: 1 }, ...more }),
};

export const out = (handle: number, bytes: number, component = 'attention') => ({
  handle,
  bytes,
  shape: [bytes / 4],
  dtype: 1,
  place: { component, layer: 1 },
});
