/**
 * `buffers`: distinct TensorFlow buffers of live tensors, sampled after every call into the binding. A view counts once; a typed array
 * that has not been uploaded does not count. The books keep them; this ledger reads the books.
 */
import type { LedgerSource } from './ledger.ts';

export const buffers: LedgerSource = { id: 'buffers', start: (_runtime, books) => books.water };
