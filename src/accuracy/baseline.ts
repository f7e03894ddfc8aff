/** The committed accuracy of a sweep (`<sweep>.accuracy.json`), and what has become better or worse since. */
import { z } from 'zod';
import { fail } from '../errors.ts';
import { MATCHES } from '../estimators/estimator.ts';
import { LEDGERS, QUANTITIES } from '../records/quantity.ts';
import { type AccuracyRow, byGroupAndMatch } from './score.ts';

const ACCURACY_FILE_VERSION = 1;

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
const accuracyRow: z.ZodType<AccuracyRow> = z.strictObject({
  estimator: z.string(),
  quantity: z.enum(QUANTITIES),
  ledger: z.enum(LEDGERS),
  origin: z.string(),
  match: z.enum(MATCHES),
  count,
  exactCount: count,
  underCount: count,
  underShare: z.number().min(0).max(1),
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
});

const accuracyFile = z.strictObject({
  version: z.literal(ACCURACY_FILE_VERSION),
  device: z.enum(['cpu', 'gpu', 'external']),
  sweep: z.string(),
  /** How much an error ratio may grow, relative to the committed one, and why so much. */
  tolerance: z.strictObject({ relative: z.number().nonnegative(), note: z.string() }),
  /** For ledgers that do not read the same everywhere: how much an error ratio may grow in itself. Exactness is not asked of them. */
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

export type AccuracyMeta = Pick<AccuracyFile, 'device' | 'sweep' | 'configurations'> &
  Partial<Pick<AccuracyFile, 'tolerance' | 'ledgerTolerances'>>;

/** Rows sorted and keys in the order of the schema: the same accuracy is the same text. */
export function toAccuracyFile(rows: readonly AccuracyRow[], meta: AccuracyMeta): AccuracyFile {
  const { device, sweep, configurations } = meta;
  const { tolerance = DEFAULT_TOLERANCE, ledgerTolerances = DEFAULT_LEDGER_TOLERANCES } = meta;
  return accuracyFile.parse({
    version: ACCURACY_FILE_VERSION,
    device,
    sweep,
    tolerance,
    ledgerTolerances,
    configurations,
    rows: [...rows].sort(byGroupAndMatch),
  });
}

export const accuracyFileText = (file: AccuracyFile): string => `${JSON.stringify(file, null, 2)}\n`;

/** Checks what was read from `file`; `value` is its JSON. */
export function parseAccuracyFile(value: unknown, file: string): AccuracyFile {
  const parsed = accuracyFile.safeParse(value);
  if (parsed.success) return parsed.data;
  const detail = parsed.error.issues
    .map((issue) => `${issue.path.join('.') || '(whole)'}: ${issue.message}`)
    .join('; ');
  throw fail('E_ACCURACY_FILE', { file, detail }, parsed.error);
}

/** A row in both files that differs; `changes` says what got worse (or, in `better`, what got better). */
export interface AccuracyChange {
  readonly committed: AccuracyRow;
  readonly current: AccuracyRow;
  readonly changes: readonly string[];
}

export interface AccuracyComparison {
  readonly added: readonly AccuracyRow[];
  /** Compared once and no longer: as bad as `worse`, for a lost comparison hides any error. */
  readonly removed: readonly AccuracyRow[];
  readonly worse: readonly AccuracyChange[];
  readonly better: readonly AccuracyChange[];
  readonly unchanged: readonly AccuracyRow[];
}

/** The tolerance is that of the committed file. A row that is worse in one way and better in another is worse. */
export function compareAccuracy(current: AccuracyFile, committed: AccuracyFile): AccuracyComparison {
  const currentRows = new Map(current.rows.map((row) => [rowKey(row), row]));
  const committedKeys = new Set(committed.rows.map(rowKey));
  const slackOf = ({ ledger }: AccuracyRow): Slack => ({
    relative: committed.tolerance.relative,
    absolute: committed.ledgerTolerances[ledger]?.absolute ?? 0,
  });
  const lists = {
    added: current.rows.filter((row) => !committedKeys.has(rowKey(row))),
    removed: committed.rows.filter((row) => !currentRows.has(rowKey(row))),
    worse: [] as AccuracyChange[],
    better: [] as AccuracyChange[],
    unchanged: [] as AccuracyRow[],
  };
  for (const before of committed.rows) {
    const now = currentRows.get(rowKey(before));
    if (now === undefined) continue;
    const worse = deteriorations(before, now, slackOf(now));
    // More configurations are no gain by themselves, so a row is better only over as many as before.
    const better = now.count === before.count ? deteriorations(now, before, slackOf(now)).map(reversed) : [];
    if (worse.length > 0) lists.worse.push({ committed: before, current: now, changes: worse.map(changeText) });
    else if (better.length > 0) lists.better.push({ committed: before, current: now, changes: better.map(changeText) });
    else lists.unchanged.push(now);
  }
  return lists;
}

export const isRegression = ({ worse, removed }: AccuracyComparison): boolean => worse.length > 0 || removed.length > 0;

const RATIOS = ['medianErrorRatio', 'medianAbsoluteErrorRatio', 'worstErrorRatio'] as const;
const COUNTS = ['exactCount', 'count'] as const;

type Change = readonly [name: string, before: number | null, now: number | null];

interface Slack {
  readonly relative: number;
  readonly absolute: number;
}

function deteriorations(before: AccuracyRow, now: AccuracyRow, { relative, absolute }: Slack): Change[] {
  // Without a ratio (all measured bytes are 0 and none was predicted right) an error is beyond any ratio.
  const size = (value: number | null) => (value === null ? Number.POSITIVE_INFINITY : Math.abs(value));
  return [
    ...RATIOS.filter((name) => size(now[name]) > size(before[name]) * (1 + relative) + absolute),
    ...(absolute === 0 ? COUNTS : (['count'] as const)).filter((name) => now[name] < before[name]),
    ...(['withoutRatioCount'] as const).filter((name) => now[name] > before[name]),
    ...(['underCount'] as const).filter(
      (name) => absolute === 0 && now.count === before.count && now[name] > before[name],
    ),
  ].map((name) => [name, before[name], now[name]]);
}

const reversed = ([name, before, now]: Change): Change => [name, now, before];
const changeText = ([name, before, now]: Change): string => `${name} ${before} → ${now}`;

/** Text that identifies a row, for people too. */
export function rowKey({ estimator, quantity, ledger, origin, match }: AccuracyRow): string {
  return `${estimator} ${quantity} ${ledger} (${origin}) ${match}`;
}
