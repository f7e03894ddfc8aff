/** The memory of one step on disk: what was alive when it began, and everything that happened to memory until it ended. */
import { z } from 'zod';
import type { MeasurementRecord } from './measurement.ts';
import { COMPONENTS, type Ledger, PHASES } from './quantity.ts';

export const TIMELINE_VERSION = 1;

const byteCount = z.int().nonnegative();

const place = {
  component: z.enum([...COMPONENTS, 'unattributed']),
  /** Number of the block, from 0; null outside the blocks. */
  layer: z.int().nonnegative().nullable(),
};

const buffer = z.strictObject({
  /** TensorFlow's allocation id; never used again. */
  id: z.string(),
  kernel: z.string(),
  /** Null for scratch: nothing outside the kernel ever saw it. */
  shape: z.array(z.int().nonnegative()).nullable(),
  dtype: z.string().nullable(),
  requestedBytes: byteCount,
  /** The allocator's chunk; null where the allocator does not tell. */
  allocatedBytes: byteCount.nullable(),
  /** What the ledger `buffers` counts for it; 0 for scratch. */
  bookedBytes: byteCount,
  ...place,
});
export type StoredBuffer = z.infer<typeof buffer>;

const when = {
  /** Since the step's first allocation or deallocation, by the clock of TensorFlow's log. Never decreases. */
  timeUs: byteCount,
  phase: z.enum(PHASES),
};

const stepEvent = z.discriminatedUnion('kind', [
  /** The log does not time marks: `timeUs` is that of the event before. m1.1, m2.1, … are of micro-batches before the last. */
  z.strictObject({ kind: z.literal('mark'), mark: z.string().regex(/^(m[0-3]|m[12]\.\d+)$/), timeUs: byteCount }),
  z.strictObject({ kind: z.literal('allocated'), ...when, buffer }),
  z.strictObject({ kind: z.literal('freed'), ...when, id: z.string() }),
  /** The buffer belongs to another part of the model from now on: a gradient, a variable's new value. */
  z.strictObject({ kind: z.literal('moved'), ...when, id: z.string(), ...place }),
]);
export type StepEvent = z.infer<typeof stepEvent>;

export const timelineSchema = z.strictObject({
  version: z.literal(TIMELINE_VERSION),
  configId: z.string().regex(/^[0-9a-f]{12}$/),
  /** `startedAt` of the record that the same process gave: the two belong together. */
  startedAt: z.iso.datetime(),
  /** Counted from 1, warm-up steps included. */
  step: z.int().positive(),
  aliveAtStart: z.array(buffer),
  /** In order, from mark m0 to mark m3. */
  events: z.array(stepEvent),
  /** Allocation id → what kept the buffer at the step's first maximum, beside the operation that ran: variables, the tape. */
  heldAtPeak: z.record(z.string(), z.array(z.string())),
});
export type StoredTimeline = z.infer<typeof timelineSchema>;

/** Did this ledger count? Without `requested` a record has no timeline, without `allocated` its chunks are not known. */
export const hasReading = (record: MeasurementRecord, ledger: Ledger): boolean =>
  record.outcome === 'measured' && record.readings.some((reading) => reading.ledger === ledger);
