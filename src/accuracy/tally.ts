/** Compared totals that pass by, kept as numbers: a judgement of ten thousand records fits where its rows would not. */
import type { Match } from '../estimators/estimator.ts';
import type { Ledger, Quantity } from '../records/quantity.ts';
import { type ComparisonRow, type CountedTotal, isCompared } from './compare.ts';
import { ReadingTable } from './readingTable.ts';
import type { Sample } from './statistics.ts';

/** What the members of a group have in common. */
export interface Group {
  readonly estimator: string;
  readonly quantity: Quantity;
  readonly ledger: Ledger;
  /** Who executed the steps: never an average over two of them. */
  readonly origin: string;
}

export interface MatchGroup extends Group {
  readonly match: Match;
}

/** What was read of one quantity by one ledger, once for all formulas that are compared with it. */
interface Column extends Omit<Sample, 'predictedBytes'> {
  /** Whose reading it is, as `count` was told. */
  readonly owners: number[];
}

interface Members {
  readonly group: MatchGroup;
  readonly column: Column;
  /** Which rows of the column were compared, in the order in which they came. */
  readonly rows: number[];
  readonly predictedBytes: number[];
}

/** By estimator, quantity, ledger, origin and match. */
export class Tally {
  readonly #columns = new ReadingTable<Map<string, Column>>(); // by origin
  readonly #ofEstimators = new Map<string, ReadingTable<Members[]>>();
  readonly #all: Members[] = [];

  /** Takes a row if it is a compared total. `owner`: see `count`. */
  add(row: ComparisonRow, owner = 0): void {
    if (isCompared(row)) this.count(row, owner);
  }

  /** `owner` is the number of its record, for `groups` to ask about. Not to be called after `groups`, whose lists are no copies. */
  count(total: CountedTotal, owner: number): void {
    const { column, rows, predictedBytes } = this.#membersOf(total);
    rows.push(rowOf(total, owner, column));
    predictedBytes.push(total.predictedBytes);
  }

  /** Groups that have a member whose owner `counts`, with those members. What samples have in common is one list. */
  groups(counts: (owner: number) => boolean = () => true): { readonly group: MatchGroup; readonly sample: Sample }[] {
    const countedOf = new Map<Column, readonly boolean[]>();
    for (const { column } of this.#all) {
      if (!countedOf.has(column)) countedOf.set(column, column.owners.map(counts));
    }
    const sharedList = listsByContent();
    return this.#all
      .map(({ group, column, rows, predictedBytes }) => {
        const counted = countedOf.get(column) ?? [];
        const isWhole = rows.length === counted.length && rows.every((row, index) => row === index && counted[row]);
        const sample = isWhole
          ? { ...readingsIn(column), predictedBytes }
          : chosen(column, rows, predictedBytes, counted);
        return { group, sample: { ...sample, predictedBytes: sharedList(group, sample.predictedBytes) } };
      })
      .filter(({ sample }) => sample.configIds.length > 0);
  }

  /** Found without a text of all five made for each row. */
  #membersOf({ estimator, quantity, ledger, origin, match }: MatchGroup): Members {
    let table = this.#ofEstimators.get(estimator);
    if (table === undefined) {
      table = new ReadingTable<Members[]>();
      this.#ofEstimators.set(estimator, table);
    }
    const candidates = table.get(quantity, ledger) ?? [];
    for (const candidate of candidates) {
      if (candidate.group.match === match && candidate.group.origin === origin) return candidate;
    }
    const members: Members = {
      group: { estimator, quantity, ledger, origin, match },
      column: this.#columnOf(quantity, ledger, origin),
      rows: [],
      predictedBytes: [],
    };
    table.set(quantity, ledger, [...candidates, members]);
    this.#all.push(members);
    return members;
  }

  #columnOf(quantity: Quantity, ledger: Ledger, origin: string): Column {
    const byOrigin = this.#columns.get(quantity, ledger) ?? new Map<string, Column>();
    this.#columns.set(quantity, ledger, byOrigin);
    const column = byOrigin.get(origin) ?? emptyColumn();
    byOrigin.set(origin, column);
    return column;
  }
}

/** The row of what `total` was compared with: the last one if that says the same of the same owner, else a new one. */
function rowOf(total: CountedTotal, owner: number, column: Column): number {
  const { owners, configIds, measuredBytes, noiseBytes, resolutionBytes } = column;
  const resolution = total.resolutionBytes ?? 0;
  const last = owners.length - 1;
  const isKnown =
    owners[last] === owner &&
    configIds[last] === total.configId &&
    measuredBytes[last] === total.measuredBytes &&
    noiseBytes[last] === total.noiseBytes &&
    resolutionBytes[last] === resolution;
  if (isKnown) return last;
  owners.push(owner);
  configIds.push(total.configId);
  measuredBytes.push(total.measuredBytes);
  noiseBytes.push(total.noiseBytes);
  resolutionBytes.push(resolution);
  return last + 1;
}

const readingsIn = ({ configIds, measuredBytes, noiseBytes, resolutionBytes }: Column) => ({
  configIds,
  measuredBytes,
  noiseBytes,
  resolutionBytes,
});

/** Most formulas say the same in every ledger: the list of an earlier one of these, where it is the same. */
function listsByContent(): (group: MatchGroup, predictedBytes: number[]) => number[] {
  const lists = new Map<string, number[]>();
  return ({ estimator, quantity, match }, predictedBytes) => {
    const key = `${estimator} ${quantity} ${match}`;
    const known = lists.get(key);
    const isSame = known?.length === predictedBytes.length && known.every((bytes, at) => bytes === predictedBytes[at]);
    if (known !== undefined && isSame) return known;
    lists.set(key, predictedBytes);
    return predictedBytes;
  };
}

/** The rows that were compared and are `counted`, in lists of their own. */
function chosen(
  column: Column,
  rows: readonly number[],
  predictedBytes: readonly number[],
  counted: readonly boolean[],
): Sample {
  const kept = rows.filter((row) => counted[row]);
  const of = <Value>(values: readonly Value[]): Value[] => kept.map((row) => values[row] as Value);
  return {
    configIds: of(column.configIds),
    predictedBytes: predictedBytes.filter((_, index) => counted[rows[index] ?? 0]),
    measuredBytes: of(column.measuredBytes),
    noiseBytes: of(column.noiseBytes),
    resolutionBytes: of(column.resolutionBytes),
  };
}

export function tallied(rows: Iterable<ComparisonRow>): Tally {
  const tally = new Tally();
  for (const row of rows) tally.add(row);
  return tally;
}

const emptyColumn = (): Column => ({
  owners: [],
  configIds: [],
  measuredBytes: [],
  noiseBytes: [],
  resolutionBytes: [],
});
