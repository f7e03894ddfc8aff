/** What has become of the committed accuracy: rows added, removed and changed, and which way each statistic went. */

import type { AccuracyRow } from '../score.ts';
import type { AccuracyFile } from './accuracyFile.ts';
import { type BaselineRow, rowKey, rowKeyAnywhere } from './row.ts';

/** `neither` where a change is no error grown or shrunk: other predictions of the same quality, or a count over more configurations. */
export type Direction = 'worse' | 'better' | 'neither';

export interface StatisticChange {
  readonly name: NumericStatistic;
  readonly committed: number | null;
  readonly current: number | null;
  readonly direction: Direction;
}

/** A row of both files that differs by more than the tolerance. Worse in one way and better in another is worse. */
export interface AccuracyChange {
  readonly committed: BaselineRow;
  readonly current: BaselineRow;
  readonly direction: Direction;
  /** `not-compared` between a CPU and a GPU, where every configuration has another id. */
  readonly predictions: 'same' | 'other' | 'not-compared';
  /** Empty where only predictions changed. */
  readonly statistics: readonly StatisticChange[];
}

export interface AccuracyComparison {
  readonly added: readonly BaselineRow[];
  /** Compared once and no longer. A lost comparison hides any error. */
  readonly removed: readonly BaselineRow[];
  readonly changed: readonly AccuracyChange[];
  readonly unchanged: readonly BaselineRow[];
  readonly configurations: { readonly committed: number; readonly current: number };
}

type NumericStatistic = {
  [Name in keyof AccuracyRow]: AccuracyRow[Name] extends number | null ? Name : never;
}[keyof AccuracyRow];

interface Statistic {
  /** A count is compared exactly, a ratio within the tolerance. */
  readonly kind: 'count' | 'ratio';
  readonly better: 'larger' | 'smaller' | 'nearer-zero';
  /** One byte more or less measured decides it, so it is not asked of a ledger that has a tolerance of its own. */
  readonly needsExactReadings?: true;
}

/** Every number of a row; one that joins the rows is one entry here. The order is that of the report. */
const STATISTICS: Readonly<Record<NumericStatistic, Statistic>> = {
  medianErrorRatio: { kind: 'ratio', better: 'nearer-zero' },
  medianAbsoluteErrorRatio: { kind: 'ratio', better: 'smaller' },
  p90AbsoluteErrorRatio: { kind: 'ratio', better: 'smaller' },
  worstErrorRatio: { kind: 'ratio', better: 'nearer-zero' },
  minErrorRatio: { kind: 'ratio', better: 'nearer-zero' },
  maxErrorRatio: { kind: 'ratio', better: 'nearer-zero' },
  exactCount: { kind: 'count', better: 'larger', needsExactReadings: true },
  underCount: { kind: 'count', better: 'smaller', needsExactReadings: true },
  underShare: { kind: 'ratio', better: 'smaller', needsExactReadings: true },
  count: { kind: 'count', better: 'larger' },
  withoutRatioCount: { kind: 'count', better: 'smaller' },
  rankCorrelation: { kind: 'ratio', better: 'larger', needsExactReadings: true },
  noiseRatio: { kind: 'ratio', better: 'smaller' },
};
const STATISTIC_NAMES = Object.keys(STATISTICS) as readonly NumericStatistic[];

/** The tolerances are those of the committed file. `predictionsHash` has none. */
export function compareAccuracy(current: AccuracyFile, committed: AccuracyFile): AccuracyComparison {
  const sameIds = current.environment.device === committed.environment.device;
  // The origin names device and TensorFlow: what was measured elsewhere is compared without it.
  const keyOf = isSame(current.environment, committed.environment) ? rowKey : rowKeyAnywhere;
  const currentRows = new Map(current.rows.map((row) => [keyOf(row), row]));
  const committedKeys = new Set(committed.rows.map(keyOf));
  const changed: AccuracyChange[] = [];
  const unchanged: BaselineRow[] = [];
  for (const before of committed.rows) {
    const now = currentRows.get(keyOf(before));
    if (now === undefined) continue;
    const predictions = !sameIds ? 'not-compared' : now.predictionsHash === before.predictionsHash ? 'same' : 'other';
    const statistics = statisticChanges(before, now, toleranceOf(committed, before));
    if (statistics.length === 0 && predictions !== 'other') unchanged.push(now);
    else changed.push({ committed: before, current: now, direction: overall(statistics), predictions, statistics });
  }
  return {
    added: current.rows.filter((row) => !committedKeys.has(keyOf(row))),
    removed: committed.rows.filter((row) => !currentRows.has(keyOf(row))),
    changed,
    unchanged,
    configurations: { committed: committed.configurations, current: current.configurations },
  };
}

const isSame = (one: AccuracyFile['environment'], other: AccuracyFile['environment']): boolean =>
  one.device === other.device && one.deviceName === other.deviceName && one.tensorflow === other.tensorflow;

/** Does anything that was committed not hold any more, for better or for worse? */
export const isFailing = (comparison: AccuracyComparison): boolean =>
  comparison.changed.length > 0 || isLoss(comparison);

/** Is anything worse than committed, or gone? */
export const isLoss = ({ removed, changed, configurations }: AccuracyComparison): boolean =>
  removed.length > 0 ||
  configurations.current < configurations.committed ||
  changed.some(({ direction }) => direction === 'worse');

interface Tolerance {
  readonly relative: number;
  readonly absolute: number;
}

const toleranceOf = ({ tolerance, ledgerTolerances }: AccuracyFile, { ledger }: BaselineRow): Tolerance => ({
  relative: tolerance.relative,
  absolute: ledgerTolerances[ledger]?.absolute ?? 0,
});

function statisticChanges(before: BaselineRow, now: BaselineRow, tolerance: Tolerance): StatisticChange[] {
  return STATISTIC_NAMES.filter((name) => {
    const { kind, needsExactReadings } = STATISTICS[name];
    if (needsExactReadings && tolerance.absolute > 0) return false;
    return kind === 'count' ? now[name] !== before[name] : isBeyond(before[name], now[name], tolerance);
  }).map((name) => {
    const [committed, current] = [before[name], now[name]];
    return { name, committed, current, direction: directionOf(name, before, now) };
  });
}

/** Null is a number that does not exist, and no tolerance reaches it. */
function isBeyond(before: number | null, now: number | null, { relative, absolute }: Tolerance): boolean {
  if (before === null || now === null) return before !== now;
  return Math.abs(now - before) > Math.abs(before) * relative + absolute;
}

function directionOf(name: NumericStatistic, before: BaselineRow, now: BaselineRow): Direction {
  const { kind, better } = STATISTICS[name];
  // Over more configurations any count may be larger: that is neither gain nor loss.
  if (kind === 'count' && now.count > before.count && Number(now[name]) > Number(before[name])) return 'neither';
  const growth = badness(now[name], better) - badness(before[name], better);
  return growth > 0 ? 'worse' : growth < 0 ? 'better' : 'neither';
}

/** Without a ratio (all measured bytes are 0 and none was predicted right) an error is beyond any ratio. */
function badness(value: number | null, better: Statistic['better']): number {
  if (value === null) return Number.POSITIVE_INFINITY;
  return better === 'larger' ? -value : better === 'smaller' ? value : Math.abs(value);
}

function overall(statistics: readonly StatisticChange[]): Direction {
  const directions = new Set(statistics.map(({ direction }) => direction));
  return directions.has('worse') ? 'worse' : directions.has('better') ? 'better' : 'neither';
}
