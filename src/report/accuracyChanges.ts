/** What became of a committed accuracy file, in lines for a terminal; annotations and summaries are made of the same words. */

import {
  type AccuracyChange,
  type AccuracyComparison,
  isFailing,
  isLoss,
  type StatisticChange,
} from '../accuracy/baseline/changes.ts';
import { type BaselineRow, rowText } from '../accuracy/baseline/row.ts';
import { counted } from './counted.ts';
import { errorText } from './scoreboard.ts';

/** A committed row that does not hold any more. */
export interface FailingRow {
  readonly committed: BaselineRow;
  readonly word: 'removed' | 'worse' | 'better' | 'changed';
  readonly text: string;
}

/** The worst first: what is gone, then what is worse by how much its median error grew, then the rest. */
export function failingRows({ removed, changed }: AccuracyComparison): FailingRow[] {
  const gone = removed.map((committed) => ({ committed, word: 'removed' as const, text: 'no longer compared' }));
  const directions = ['worse', 'neither', 'better'] as const;
  const rest = directions.flatMap((direction) =>
    changed
      .filter((change) => change.direction === direction)
      .sort((a, b) => medianGrowth(b) - medianGrowth(a)) // stable: equals stay in the order of the file
      .map((change) => ({
        committed: change.committed,
        word: direction === 'neither' ? ('changed' as const) : direction,
        text: changeText(change),
      })),
  );
  return [...gone, ...rest];
}

function medianGrowth({ committed, current }: AccuracyChange): number {
  const size = ({ medianAbsoluteErrorRatio }: BaselineRow) => medianAbsoluteErrorRatio ?? Number.MAX_VALUE;
  return size(current) - size(committed);
}

/** `other predictions: medianErrorRatio -0.7413 → -0.7301 (better), …` */
function changeText({ predictions, statistics, committed, current }: AccuracyChange): string {
  const changes = statistics.map(statisticText).join(', ');
  if (predictions === 'not-compared') return changes;
  if (predictions === 'same') return `the same predictions, other measurements: ${changes}`;
  if (statistics.length === 0) return 'other predictions, the same statistics';
  return `other ${committed.count === current.count ? 'predictions' : 'configurations'}: ${changes}`;
}

const statisticText = ({ name, committed, current, direction }: StatisticChange): string =>
  `${name} ${pairText(committed, current)}${direction === 'neither' ? '' : ` (${direction})`}`;

/** Both numbers with as few digits as tell them apart, and at least four. */
function pairText(before: number | null, now: number | null): string {
  const text = (value: number | null, digits: number): string =>
    value === null ? 'none' : String(Number(value.toPrecision(digits)));
  const MOST_DIGITS = 17; // enough for any two numbers
  let digits = 4;
  while (digits < MOST_DIGITS && text(before, digits) === text(now, digits)) digits++;
  return `${text(before, digits)} → ${text(now, digits)}`;
}

const rows = (count: number): string => counted(count, 'row');

/** `8 unchanged, 2 changed (1 worse, 1 better), 0 removed, 1 added` */
export function countsText({ unchanged, changed, removed, added }: AccuracyComparison): string {
  const parts = (['worse', 'better'] as const)
    .map((direction) => ({ direction, count: changed.filter((change) => change.direction === direction).length }))
    .filter(({ count }) => count > 0)
    .map(({ direction, count }) => `${count} ${direction}`);
  const which = parts.length === 0 ? '' : ` (${parts.join(', ')})`;
  return `${unchanged.length} unchanged, ${changed.length} changed${which}, ${removed.length} removed, ${added.length} added`;
}

/** `fewer configurations: 9, committed 10`; null for as many. */
export function configurationsText({ configurations }: AccuracyComparison): string | null {
  const { committed, current } = configurations;
  if (current === committed) return null;
  return `${current < committed ? 'fewer' : 'more'} configurations: ${current}, committed ${committed}`;
}

/** What a difference means and what to do about it; empty where there is none. */
export function advice(comparison: AccuracyComparison): string {
  if (isOfRecords(comparison)) {
    const renew = isLoss(comparison) ? '--update --accept-worse' : '--update';
    return `The formulas predict what they did, so the records changed: look at what made them, TensorFlow, machine and measuring code. If it is meant, renew the file with ${renew} and let the diff be reviewed.`;
  }
  if (isLoss(comparison)) {
    return 'A formula that changed is no longer what its authors ship: mend what is worse or gone. If it is meant, renew the file with --update --accept-worse and let the diff be reviewed.';
  }
  if (isFailing(comparison)) {
    return 'Nothing is worse, but the committed accuracy no longer holds. If it is meant, renew the file on purpose with --update and let the diff be reviewed.';
  }
  if (comparison.added.length > 0 || configurationsText(comparison) !== null) {
    return `Nothing that was committed changed. Renew the file with --update, so that ${comparison.added.length > 0 ? rows(comparison.added.length) : 'more configurations'} more are guarded.`;
  }
  return '';
}

/** Did only measurements change? Every row that differs has the predictions that it had, and none is gone. */
const isOfRecords = ({ changed, removed, configurations }: AccuracyComparison): boolean =>
  changed.length > 0 &&
  changed.every(({ predictions }) => predictions === 'same') &&
  removed.length === 0 &&
  configurations.current >= configurations.committed;

/** One line per difference, the worst first. */
export function changeLines(comparison: AccuracyComparison): string[] {
  const configurations = configurationsText(comparison);
  return [
    ...(configurations === null ? [] : [configurations]),
    ...failingRows(comparison).map(({ committed, word, text }) => `${word}: ${rowText(committed)}: ${text}`),
    ...comparison.added.map((row) => `added: ${rowText(row)}, median ${errorText(row.medianErrorRatio)}`),
  ];
}
