/** The committed accuracy of a sweep (`<sweep>.accuracy.json`): its schema, its text, and what a file must be to be one. */
import { z } from 'zod';
import { fail } from '../../errors.ts';
import { MATCHES } from '../../estimators/estimator.ts';
import { LEDGERS, QUANTITIES } from '../../records/quantity.ts';
import { byGroupAndMatch } from '../score.ts';
import type { BaselineEnvironment } from './environment.ts';
import { type BaselineRow, rowKey } from './row.ts';

const ACCURACY_FILE_VERSION = 2;

/** Bytes are deterministic; the slack only covers the formatting of ratios. */
export const DEFAULT_TOLERANCE: AccuracyFile['tolerance'] = {
  relative: 1e-9,
  note: 'Bytes are deterministic: this is slack for the formatting of ratios, not for measurements.',
};

/**
 * `allocated` is history: the same requests can meet other chunks where the system puts the allocator's regions in another order. Between
 * processes of one machine no spread was seen; between steps of one process it is up to 0.1 of the reading.
 */
const DEFAULT_LEDGER_TOLERANCES: AccuracyFile['ledgerTolerances'] = {
  allocated: {
    absolute: 0.1,
    note: 'Chunks depend on the order of the regions, which is the system’s; readings of neighbouring steps differ by up to 0.1.',
  },
};

const count = z.int().nonnegative();
const ratio = z.number().nullable();

/** The order of the keys is the order in the file. */
const accuracyRow: z.ZodType<BaselineRow> = z.strictObject({
  estimator: z.string(),
  quantity: z.enum(QUANTITIES),
  ledger: z.enum(LEDGERS),
  origin: z.string(),
  match: z.enum(MATCHES),
  count,
  exactCount: count,
  underCount: count,
  underShare: z.number(),
  withoutRatioCount: count,
  medianErrorRatio: ratio,
  medianAbsoluteErrorRatio: ratio,
  p90AbsoluteErrorRatio: ratio,
  worstErrorRatio: ratio,
  worstConfigId: z.string().nullable(),
  minErrorRatio: ratio,
  maxErrorRatio: ratio,
  noiseRatio: ratio,
  rankCorrelation: ratio,
  predictionsHash: z.string().regex(/^[0-9a-f]{12}$/),
});

const environment: z.ZodType<BaselineEnvironment> = z.strictObject({
  device: z.enum(['cpu', 'gpu', 'external']),
  deviceName: z.string().nullable(),
  tensorflow: z.string().nullable(),
});

const accuracyFile = z.strictObject({
  version: z.literal(ACCURACY_FILE_VERSION),
  sweep: z.string(),
  environment,
  /** How far a ratio may move, relative to the committed one, and why so much. */
  tolerance: z.strictObject({ relative: z.number().nonnegative(), note: z.string() }),
  /** For ledgers that do not read the same everywhere: how far a ratio may move in itself. Exactness is not asked of them. */
  ledgerTolerances: z.partialRecord(
    z.enum(LEDGERS),
    z.strictObject({ absolute: z.number().nonnegative(), note: z.string() }),
  ),
  /** How many configurations the rows were computed from. */
  configurations: count,
  rows: z.array(accuracyRow).refine((rows) => new Set(rows.map(rowKey)).size === rows.length, {
    error: 'two rows are of the same estimator, quantity, ledger, origin and match',
  }),
});
export type AccuracyFile = z.infer<typeof accuracyFile>;

export type AccuracyMeta = Pick<AccuracyFile, 'environment' | 'sweep' | 'configurations'> &
  Partial<Pick<AccuracyFile, 'tolerance' | 'ledgerTolerances'>>;

/** Rows sorted and keys in the order of the schema: the same accuracy is the same text. */
export function toAccuracyFile(rows: readonly BaselineRow[], meta: AccuracyMeta): AccuracyFile {
  const { environment, sweep, configurations } = meta;
  const { tolerance = DEFAULT_TOLERANCE, ledgerTolerances = DEFAULT_LEDGER_TOLERANCES } = meta;
  return accuracyFile.parse({
    version: ACCURACY_FILE_VERSION,
    sweep,
    environment,
    tolerance,
    ledgerTolerances,
    configurations,
    rows: [...rows].sort(byGroupAndMatch),
  });
}

export const accuracyFileText = (file: AccuracyFile): string => `${JSON.stringify(file, null, 2)}\n`;

const earlier = z.object({ version: z.int().positive().lt(ACCURACY_FILE_VERSION) });

/** Of what is wrong with a file: one key that is missing in every row would fill many screens. */
const MOST_TOLD = 3;

/** Checks what was read from `file`; `value` is its JSON. Throws E_ACCURACY_VERSION for one of an earlier version, E_ACCURACY_FILE for no such file. */
export function parseAccuracyFile(value: unknown, file: string): AccuracyFile {
  const parsed = accuracyFile.safeParse(value);
  if (parsed.success) return parsed.data;
  const old = earlier.safeParse(value);
  if (old.success) {
    throw fail('E_ACCURACY_VERSION', { file, found: old.data.version, wanted: ACCURACY_FILE_VERSION });
  }
  const { issues } = parsed.error;
  const told = issues.slice(0, MOST_TOLD).map((issue) => `${issue.path.join('.') || '(whole)'}: ${issue.message}`);
  const untold = issues.length - told.length;
  const detail = [...told, ...(untold > 0 ? [`and ${untold} more`] : [])].join('; ');
  throw fail('E_ACCURACY_FILE', { file, detail }, parsed.error);
}
