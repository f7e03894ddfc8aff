/** What a measurement is on disk: one JSON line per configuration. Everything after it is pure. */
import { z } from 'zod';
import { withAddedKeys } from '../config/addedKeys.ts';
import { canonicalJson, configId, shortHash } from '../config/configId.ts';
import { runConfigSchema } from '../config/schema.ts';
import { ERROR_CODES } from '../errors.ts';
import { COMPONENTS, LEDGERS, LEVEL_CHANGES, PHASES, QUANTITIES, RECONCILIATION_PARTS, WITNESSES } from './quantity.ts';

export const RECORD_VERSION = 1;

const byteCount = z.int();

/** A part of a reading. `unattributed` is what no component claims; it has a number of its own so that it is seen. */
const componentBytes = z.strictObject({
  component: z.enum([...COMPONENTS, 'unattributed']),
  layer: z.int().nonnegative().nullable(),
  bytes: byteCount,
});
export type ComponentBytes = z.infer<typeof componentBytes>;

/** Where the maximum of a peak quantity was: phase, the kernel or op that raised it there, and the component of what it made. */
const peakPlace = z.strictObject({
  phase: z.enum(PHASES),
  kernel: z.string(),
  component: z.enum([...COMPONENTS, 'unattributed']).optional(),
});

/** One quantity seen by one ledger in one step. Steps count from 1, warm-up steps included; step 0 is before the first (`weights`). */
export const readingSchema = z.strictObject({
  quantity: z.enum(QUANTITIES),
  ledger: z.enum(LEDGERS),
  repeat: z.int().positive(),
  step: z.int().nonnegative(),
  bytes: byteCount,
  /** For a peak that was looked for and not counted: the true one is at least `bytes`. */
  lowerBound: z.literal(true).optional(),
  peak: peakPlace.optional(),
  /** In the first repeat, where the ledger knows them; they add up to `bytes`. */
  components: z.array(componentBytes).optional(),
});
export type Reading = z.infer<typeof readingSchema>;

/** A named part of what `to` reads more than `from`, in the first measured step. All parts of a pair add up to the difference. */
export const reconciliationRowSchema = z.strictObject({
  quantity: z.enum(QUANTITIES),
  from: z.enum(LEDGERS),
  to: z.enum(LEDGERS),
  part: z.enum(RECONCILIATION_PARTS),
  bytes: byteCount,
});
export type ReconciliationRow = z.infer<typeof reconciliationRowSchema>;

/** A ledger that could not count here. Never 0. */
const unavailable = z.strictObject({ ledger: z.enum(LEDGERS), reason: z.string() });

/** What somebody who is no ledger read of the same steps, or why nobody could be asked. Judged by nothing; for who doubts a ledger. */
const witness = z.union([
  z.strictObject({
    witness: z.enum(WITNESSES),
    quantity: z.enum(QUANTITIES),
    repeat: z.int().positive(),
    step: z.int().nonnegative(),
    bytes: byteCount,
  }),
  z.strictObject({ witness: z.enum(WITNESSES), reason: z.string() }),
]);
export type WitnessEntry = z.infer<typeof witness>;

/** Addresses themselves are different in every process. */
const region = z.strictObject({ bytes: byteCount, rank: z.int().nonnegative() });

const environmentSchema = z.strictObject({
  /** The device that TensorFlow really used. */
  device: z.strictObject({ kind: z.enum(['cpu', 'gpu']), name: z.string(), uuid: z.string().nullable() }),
  driver: z.string().nullable(),
  cuda: z.string().nullable(),
  tensorflow: z.string().nullable(),
  tfjs: z.string(),
  node: z.string(),
  platform: z.string(),
  /** Variables that were set for TensorFlow, by name. */
  variables: z.record(z.string(), z.string()),
});
export type Environment = z.infer<typeof environmentSchema>;

const errorJson = z.strictObject({ code: z.enum(ERROR_CODES), message: z.string(), remedy: z.string() });

const common = {
  version: z.literal(RECORD_VERSION),
  configId: z.string().regex(/^[0-9a-f]{12}$/),
  configuration: z.preprocess(withAddedKeys, runConfigSchema),
  environment: environmentSchema,
  environmentHash: z.string(),
  /** Hash of the compiled files that decide the bytes, folder by folder. */
  measuringCode: z.record(z.string(), z.string()),
  git: z.strictObject({ commit: z.string().nullable(), dirty: z.boolean(), reason: z.string().nullable() }),
  startedAt: z.iso.datetime(),
  durationsMs: z.record(z.string(), z.number()),
};

export const measurementRecordSchema = z.discriminatedUnion('outcome', [
  z.strictObject({
    ...common,
    outcome: z.literal('measured'),
    readings: z.array(readingSchema).min(1),
    unavailable: z.array(unavailable),
    /** What the ledgers met and did not understand, in words; the readings stand. */
    notes: z.array(z.string()),
    reconciliation: z.array(reconciliationRowSchema),
    /** Where there is somebody else to ask: under cuda_malloc_async. */
    witnesses: z.array(witness).optional(),
    /**
     * Under BFC: what it took from the system, in that order; `rank` says how many of them lie below. Which of two alike free chunks is taken
     * depends on it, and it is not the same in every process.
     */
    regions: z.array(region).optional(),
    /** From a process of its own that nothing observed; milliseconds per step after warm-up. */
    stepTimesMs: z.array(z.number()),
    /** Why there are no times, although the bytes were counted; null if there are. */
    timingError: errorJson.nullable(),
  }),
  z.strictObject({
    ...common,
    outcome: z.literal('out-of-memory'),
    /** The request that TensorFlow could not meet, as it said it; `bytes` where shape and type were named. */
    allocation: z.strictObject({
      message: z.string(),
      bytes: byteCount.nullable(),
      /** The op that asked for it, and the live bytes of `buffers` just before; null where the ledgers did not run. */
      kernel: z.string().nullable(),
      liveBytes: byteCount.nullable(),
      phase: z.string(),
    }),
  }),
  z.strictObject({ ...common, outcome: z.literal('failed'), error: errorJson }),
  z.strictObject({ ...common, outcome: z.literal('skipped'), reason: z.string() }),
]);

export type MeasurementRecord = z.infer<typeof measurementRecordSchema>;
export type MeasuredRecord = Extract<MeasurementRecord, { outcome: 'measured' }>;
export type Outcome = MeasurementRecord['outcome'];

/** Two environments with the same hash are the same software on the same kind of device; variables follow from the configuration. */
export function hashEnvironment({ variables: _, device, ...rest }: Environment): string {
  const decisive = { ...rest, device: { ...device, uuid: null } };
  const text = JSON.stringify(decisive);
  if (lastHashed?.text !== text) lastHashed = { text, hash: shortHash(canonicalJson(decisive)) };
  return lastHashed.hash;
}

/** The records of a file have one environment, mostly. */
let lastHashed: { readonly text: string; readonly hash: string } | null = null;

/** What does not fit together in a record that was edited by hand; null if all fits. */
export function inconsistency(record: MeasurementRecord): string | null {
  if (configId(record.configuration) !== record.configId)
    return `configId ${record.configId} is not that of its configuration`;
  if (hashEnvironment(record.environment) !== record.environmentHash) {
    return `environmentHash ${record.environmentHash} is not that of its environment`;
  }
  if (record.outcome !== 'measured') return null;
  const wrong = record.readings.find(({ bytes, quantity }) => bytes < 0 && !LEVEL_CHANGES.has(quantity));
  return wrong === undefined ? null : `${wrong.quantity} in ${wrong.ledger} is negative`;
}
