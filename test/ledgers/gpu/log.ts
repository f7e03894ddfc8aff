/** Lines as a process on a GPU has them: TensorFlow 2.18.1's log, with the host's allocations too, and what the followed allocator says. */

const NOW = '2026-11-25 03:40:01.123456: I';
const PREFIX = `${NOW} tensorflow/core/framework/log_memory.cc:34] __LOG_MEMORY__ `;
export const GPU = 'GPU_0_bfc';

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

const addressOf = (id: number): string => String(0x7f0000000000 + 256 * id);

/** The followed allocator's own lines, and TensorFlow's log after them, which only says which kernel asked. */
export const device = {
  tensor: (id: number, bytes: number, kernel: string, chunkBytes = Math.ceil(bytes / 256) * 256) => [
    ...device.silent(id, bytes, chunkBytes),
    device.logged(id, bytes, kernel),
  ],
  /** A request that is not in TensorFlow's log, as those of the kernels that MLIR generates. */
  silent: (id: number, bytes: number, chunkBytes = Math.ceil(bytes / 256) * 256) => [
    ours({
      kind: 'taken',
      number: next(),
      address: addressOf(id),
      bytes,
      allocatedBytes: chunkBytes,
      timeUs: 1000 + id,
    }),
  ],
  /** Without an id, as cuda_malloc_async: nobody needs it. */
  logged: (id: number, bytes: number, kernel: string) =>
    `${PREFIX}MemoryLogTensorAllocation { step_id: -6 kernel_name: "${kernel}" tensor { dtype: DT_FLOAT shape { dim { size: ${bytes / 4} } } allocation_description { requested_bytes: ${bytes} allocated_bytes: ${bytes} allocator_name: "${GPU}" has_single_reference: true ptr: ${addressOf(id)} } } }`,
  /** TensorFlow's log says something too, and is not heard. */
  freed: (id: number) => [
    ours({ kind: 'returned', number: next(), address: addressOf(id), timeUs: 2000 + id }),
    `${PREFIX}MemoryLogTensorDeallocation { allocator_name: "${GPU}" }`,
  ],
};

/** Of the lines that a process wrote of the allocator that it follows. */
let lines = 0;
const next = (): number => ++lines;
export const restartNumbers = (): void => {
  lines = 0;
};

const ours = (event: object) => `@@memproof ${JSON.stringify(event)}`;

/** What a measuring process writes between them. */
export const measuring = {
  followed: () => ours({ kind: 'followed', allocator: GPU }),
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
