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

interface Members {
  readonly group: MatchGroup;
  readonly sample: Sample;
  /** Whose comparison it is, as `add` was told. */
  readonly owners: number[];
}

/** By estimator, quantity, ledger, origin and match. */
export class Tally {
  readonly #ofEstimators = new Map<string, ReadingTable<Members[]>>();
  readonly #all: Members[] = [];

  /** Takes a row if it is a compared total. `owner`: see `count`. */
  add(row: ComparisonRow, owner = 0): void {
    if (isCompared(row)) this.count(row, owner);
  }

  /** `owner` is the number of its record, for `groups` to ask about. */
  count(total: CountedTotal, owner: number): void {
    const { owners, sample } = this.#membersOf(total);
    owners.push(owner);
    sample.configIds.push(total.configId);
    sample.predictedBytes.push(total.predictedBytes);
    sample.measuredBytes.push(total.measuredBytes);
    sample.noiseBytes.push(total.noiseBytes);
    sample.resolutionBytes.push(total.resolutionBytes ?? 0);
  }

  /** Groups that have a member whose owner `counts`, with those members. */
  groups(counts: (owner: number) => boolean = () => true): { readonly group: MatchGroup; readonly sample: Sample }[] {
    return this.#all
      .map(({ group, sample, owners }) => {
        if (owners.every(counts)) return { group, sample };
        const kept = <Value>(values: readonly Value[]): Value[] =>
          values.filter((_, index) => counts(owners[index] ?? 0));
        const { configIds, predictedBytes, measuredBytes, noiseBytes, resolutionBytes } = sample;
        return {
          group,
          sample: {
            configIds: kept(configIds),
            predictedBytes: kept(predictedBytes),
            measuredBytes: kept(measuredBytes),
            noiseBytes: kept(noiseBytes),
            resolutionBytes: kept(resolutionBytes),
          },
        };
      })
      .filter(({ sample }) => sample.configIds.length > 0);
  }

  /** Found without a text of all five made for each row. */
  #membersOf({ estimator, quantity, ledger, origin, match }: MatchGroup): Members {
    const table = this.#ofEstimators.get(estimator) ?? new ReadingTable<Members[]>();
    this.#ofEstimators.set(estimator, table);
    const candidates = table.get(quantity, ledger) ?? [];
    const known = candidates.find(({ group }) => group.origin === origin && group.match === match);
    if (known !== undefined) return known;
    const members = { group: { estimator, quantity, ledger, origin, match }, sample: emptySample(), owners: [] };
    table.set(quantity, ledger, [...candidates, members]);
    this.#all.push(members);
    return members;
  }
}

export function tallied(rows: Iterable<ComparisonRow>): Tally {
  const tally = new Tally();
  for (const row of rows) tally.add(row);
  return tally;
}

const emptySample = (): Sample => ({
  configIds: [],
  predictedBytes: [],
  measuredBytes: [],
  noiseBytes: [],
  resolutionBytes: [],
});
