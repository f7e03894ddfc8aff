/** The ledgers of a run, in the order in which they are read at a mark. */
import { allocated } from './allocated.ts';
import { buffers } from './buffers.ts';
import type { LedgerSource } from './ledger.ts';
import { residentSet } from './process.ts';
import { requestedMarks } from './requested.ts';
import { tensors } from './tensors.ts';

export const LEDGER_SOURCES: readonly LedgerSource[] = [tensors, buffers, requestedMarks, allocated, residentSet];
