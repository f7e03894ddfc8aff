/** What can be judged: memproof's own records and those of others. Who needs a record of memproof's own narrows by `outcome`. */
import { z } from 'zod';
import { type ExternalRecord, externalInconsistency, externalRecordSchema } from './external.ts';
import { inconsistency, type MeasuredRecord, type MeasurementRecord, measurementRecordSchema } from './measurement.ts';

export const judgedRecordSchema = z.discriminatedUnion('outcome', [
  ...measurementRecordSchema.options,
  externalRecordSchema,
]);

export type JudgedRecord = MeasurementRecord | ExternalRecord;
/** A record with readings. */
export type ReadRecord = MeasuredRecord | ExternalRecord;

export const isRead = <R extends Pick<JudgedRecord, 'outcome'>>(
  record: R,
): record is Extract<R, Pick<ReadRecord, 'outcome'>> => record.outcome === 'measured' || record.outcome === 'external';

export const isOwn = (record: JudgedRecord): record is MeasurementRecord => record.outcome !== 'external';

/** What does not fit together in a record that was edited by hand; null if all fits. */
export const contradiction = (record: JudgedRecord): string | null =>
  isOwn(record) ? inconsistency(record) : externalInconsistency(record);
