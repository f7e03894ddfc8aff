/** Which count of several a reader is shown first. */
import type { Ledger } from '../records/quantity.ts';

/** Bytes that follow from shapes, and that components are told apart in: what TensorFlow was asked for, else what is behind tensors. */
export const EXACT_LEDGERS: readonly Ledger[] = ['requested', 'buffers'];

/** Then what tfjs says; the last two have a history of their own. */
export const MOST_TELLING_FIRST: readonly Ledger[] = [...EXACT_LEDGERS, 'tensors', 'allocated', 'process'];
