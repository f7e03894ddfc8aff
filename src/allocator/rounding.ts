/** BFC hands memory out in units of 256 bytes. */

/** bfc_allocator.h: kMinAllocationSize. */
export const UNIT_BYTES = 256;

/** bfc_allocator.cc, RoundedBytes. */
export const roundedBytes = (bytes: number): number => Math.ceil(bytes / UNIT_BYTES) * UNIT_BYTES;
