/** A row of the committed accuracy file: the statistics of a group, and a fingerprint of the predictions behind them. */
import { shortHash } from '../../config/configId.ts';
import { isOwnOrigin } from '../../records/origin.ts';
import { type AccuracyRow, byGroupAndMatch, byText } from '../score.ts';
import { type Sample, statisticsOf } from '../statistics.ts';
import type { MatchGroup, Tally } from '../tally.ts';

export interface BaselineRow extends AccuracyRow {
  /**
   * 12 hex digits over configuration and predicted bytes of every compared total. A prediction can change between two others and leave
   * median and worst where they are; this changes with any of them.
   */
  readonly predictionsHash: string;
}

/** Text that identifies a row of a file. */
export const rowKey = (row: MatchGroup): string => `${rowKeyAnywhere(row)} (${row.origin})`;

/** The same for people: whose measurement it is they are told where it is not memproof's own. */
export const rowText = (row: MatchGroup): string => (isOwnOrigin(row.origin) ? rowKeyAnywhere(row) : rowKey(row));

/** The same wherever it was measured. */
export const rowKeyAnywhere = ({ estimator, quantity, ledger, match }: Omit<MatchGroup, 'origin'>): string =>
  `${estimator} ${quantity} ${ledger} ${match}`;

/** Sorted, whatever the order of what `tally` was given. `counts`: whether what an owner added counts. */
export function baselineRows(tally: Tally, counts?: (owner: number) => boolean): BaselineRow[] {
  const hashOf = predictionsHashes();
  return tally
    .groups(counts)
    .map(({ group, sample }) => ({ ...group, ...statisticsOf(sample), predictionsHash: hashOf(group, sample) }))
    .sort(byGroupAndMatch);
}

/** Each hash made once for all ledgers in which the same predictions were compared. */
function predictionsHashes(): (group: MatchGroup, sample: Sample) => string {
  const known = new Map<string, { readonly sample: Sample; readonly hash: string }>();
  return ({ estimator, quantity, match }, sample) => {
    const key = `${estimator} ${quantity} ${match}`;
    const last = known.get(key);
    if (last !== undefined && havePredicted(last.sample, sample)) return last.hash;
    const hash = predictionsHash(sample);
    known.set(key, { sample, hash });
    return hash;
  };
}

/** The tally has one list for predictions that are the same. */
const havePredicted = (one: Sample, other: Sample): boolean =>
  one.predictedBytes === other.predictedBytes && haveSameIds(one.configIds, other.configIds);

const haveSameIds = (some: readonly string[], others: readonly string[]): boolean =>
  some === others || (some.length === others.length && some.every((configId, index) => configId === others[index]));

/** Over one line per prediction, sorted as text. */
function predictionsHash({ configIds, predictedBytes }: Sample): string {
  const order = orderOf(configIds);
  if (order === null)
    return shortHash(
      configIds
        .map((id, index) => `${id} ${predictedBytes[index]}`)
        .sort()
        .join('\n'),
    );
  return shortHash(order.map((index) => `${configIds[index]} ${predictedBytes[index]}`).join('\n'));
}

/**
 * The order of lines that begin with these ids, found once for the many formulas that were compared on the same configurations; the list
 * must not change afterwards. Null where an id is there twice, so that the rest of the line decides.
 */
function orderOf(configIds: readonly string[]): readonly number[] | null {
  const known = ORDERS.get(configIds);
  if (known !== undefined) return known;
  const order =
    new Set(configIds).size < configIds.length
      ? null
      : [...configIds.keys()].sort((a, b) => byText(configIds[a] ?? '', configIds[b] ?? ''));
  ORDERS.set(configIds, order);
  return order;
}

const ORDERS = new WeakMap<readonly string[], readonly number[] | null>();
