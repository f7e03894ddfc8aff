/** What the allocators' statistics charge for a tensor of 1 MiB: large enough to be seen, small enough for any device. */

export const MEBIBYTE = 2 ** 20;
/** bfc_allocator.h: kMinAllocationSize. */
const BFC_UNIT_BYTES = 256;

/** BFC splits a chunk only if the rest is as large as the request (bfc_allocator.cc, FindChunkPtr): up to twice of it is charged. */
export const BFC_RULE = 'a chunk of 1 MiB or more, less than 2 MiB, a multiple of 256 B';
export const isBfcCharge = (bytes: number): boolean =>
  bytes >= MEBIBYTE && bytes < 2 * MEBIBYTE && bytes % BFC_UNIT_BYTES === 0;

/** cuda_malloc_async counts what was asked for (gpu_cudamallocasync_allocator.cc, AllocateRaw). */
export const ASYNC_RULE = 'exactly 1 MiB';
export const isAsyncCharge = (bytes: number): boolean => bytes === MEBIBYTE;
