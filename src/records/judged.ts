/** What can be judged: memproof's own records and those of others. Who needs a record of memproof's own narrows by `outcome`. */
import { z } from 'zod';
import { type ExternalRecord, externalInconsistency, externalRecordSchema } from './external.ts';
import {
  inconsistency,
  type MeasuredRecord,
  type MeasurementRecord,
  measurementRecordSchema,
  readingSchema,
  reconciliationRowSchema,
} from './measurement.ts';
import { recogniser } from './recognise.ts';

export const judgedRecordSchema = z.discriminatedUnion('outcome', [
  ...measurementRecordSchema.options,
  externalRecordSchema,
]);

export type JudgedRecord = MeasurementRecord | ExternalRecord;
/** A record with readings. */
export type ReadRecord = MeasuredRecord | ExternalRecord;

const LONG_LISTS = { readings: recogniser(readingSchema), reconciliation: recogniser(reconciliationRowSchema) };

/**
 * As `judgedRecordSchema.safeParse`. Nine tenths of a record are two lists of entries that are all alike: where each entry is recognised,
 * the schema sees the first alone. Whatever it then refuses it sees whole, so that it says what it always says.
 */
export function parseJudged(value: unknown): z.ZodSafeParseResult<JudgedRecord> {
  const record = value as MeasuredRecord;
  for (const [name, isEntry] of Object.entries(LONG_LISTS)) {
    const list: unknown = record?.[name as keyof typeof LONG_LISTS];
    if (!Array.isArray(list) || !list.every(isEntry)) return judgedRecordSchema.safeParse(value);
  }
  const { readings, reconciliation } = record;
  const short = { ...record, readings: readings.slice(0, 1), reconciliation: reconciliation.slice(0, 1) };
  const parsed = judgedRecordSchema.safeParse(short);
  if (!parsed.success || parsed.data.outcome !== 'measured') return judgedRecordSchema.safeParse(value);
  return { success: true, data: { ...parsed.data, readings, reconciliation } };
}

export const isRead = <R extends Pick<JudgedRecord, 'outcome'>>(
  record: R,
): record is Extract<R, Pick<ReadRecord, 'outcome'>> => record.outcome === 'measured' || record.outcome === 'external';

export const isOwn = (record: JudgedRecord): record is MeasurementRecord => record.outcome !== 'external';

/** What does not fit together in a record that was edited by hand; null if all fits. */
export const contradiction = (record: JudgedRecord): string | null =>
  isOwn(record) ? inconsistency(record) : externalInconsistency(record);
