/** What can be judged: memproof's own records and those of others. Who needs a record of memproof's own narrows by `outcome`. */
import { z } from 'zod';
import { withAddedKeys } from '../config/addedKeys.ts';
import { type RunConfig, runConfigSchema } from '../config/schema.ts';
import { type ExternalRecord, externalInconsistency, externalRecordSchema } from './external.ts';
import { inconsistency, type MeasuredRecord, type MeasurementRecord, measurementRecordSchema } from './measurement.ts';
import { recogniser } from './recognise.ts';

export const judgedRecordSchema = z.discriminatedUnion('outcome', [
  ...measurementRecordSchema.options,
  externalRecordSchema,
]);

export type JudgedRecord = MeasurementRecord | ExternalRecord;
/** A record with readings. */
export type ReadRecord = MeasuredRecord | ExternalRecord;

const [measuredSchema] = measurementRecordSchema.options;
const isConfiguration = recogniser(runConfigSchema);
/** `startedAt` is checked by its schema: a recogniser knows no dates. */
const isMeasured = recogniser(
  z.strictObject({ ...measuredSchema.shape, configuration: z.literal(true), startedAt: z.string() }),
);
const { startedAt: startedAtSchema } = measuredSchema.shape;

/**
 * As `judgedRecordSchema.safeParse`, and in a fraction of its time for a measured record that needs nothing changed. Whatever is not
 * recognised the schema sees, so that it says what it always says.
 */
export function parseJudged(value: unknown): z.ZodSafeParseResult<JudgedRecord> {
  const record = value as MeasuredRecord;
  const configuration = inSchemaOrder(record?.configuration);
  const isKnown =
    isConfiguration(configuration) &&
    isMeasured({ ...record, configuration: true }) &&
    startedAtSchema.safeParse(record.startedAt).success;
  if (!isKnown) return judgedRecordSchema.safeParse(value);
  return { success: true, data: { ...record, configuration: configuration as RunConfig } };
}

/** As the schema would give it back; undefined where it is no configuration. */
function inSchemaOrder(recorded: unknown): unknown {
  if (typeof recorded !== 'object' || recorded === null) return undefined;
  const whole = withAddedKeys(recorded) as Record<string, unknown>;
  const ordered: Record<string, unknown> = {};
  for (const [section, { shape }] of Object.entries(runConfigSchema.shape)) {
    const values = whole[section];
    if (typeof values !== 'object' || values === null) return undefined;
    ordered[section] = picked(values as Record<string, unknown>, Object.keys(shape));
    if (ordered[section] === undefined) return undefined;
  }
  return Object.keys(whole).length === Object.keys(ordered).length ? ordered : undefined;
}

/** Undefined if there are others, too, or not all of them. */
function picked(values: Readonly<Record<string, unknown>>, keys: readonly string[]): object | undefined {
  if (Object.keys(values).length !== keys.length) return undefined;
  const found: Record<string, unknown> = {};
  for (const key of keys) found[key] = values[key];
  return found;
}

export const isRead = <R extends Pick<JudgedRecord, 'outcome'>>(
  record: R,
): record is Extract<R, Pick<ReadRecord, 'outcome'>> => record.outcome === 'measured' || record.outcome === 'external';

export const isOwn = (record: JudgedRecord): record is MeasurementRecord => record.outcome !== 'external';

/** What does not fit together in a record that was edited by hand; null if all fits. */
export const contradiction = (record: JudgedRecord): string | null =>
  isOwn(record) ? inconsistency(record) : externalInconsistency(record);
