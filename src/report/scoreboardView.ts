/** What `--show scoreboard` prints: the table, or with `--by` one for each value of a key, and how to read it. */
import { byKey } from '../accuracy/byKey.ts';
import type { ComparisonRow } from '../accuracy/compare.ts';
import type { Judgement } from '../accuracy/judge.ts';
import { scoreboard } from '../accuracy/score.ts';
import { type Colours, scoreboardText } from './scoreboard.ts';
import { rowsOfLedgers, type ShownLedgers } from './shownLedgers.ts';

const READING = "Errors and noise are shares of the measured bytes. An error within the noise is not the formula's.";
const GROUND = 'matched: configurations where all its assumptions hold; on ground: the median error on these.';
const ONE_LEDGER = 'Each formula in its first of requested, buffers, tensors, allocated; --ledger all shows every one.';

/** At most 100 columns wide; ends with a newline. */
export function scoreboardView({ comparisons, by }: Judgement, colours: Colours, shown: ShownLedgers): string {
  const table = (rows: readonly ComparisonRow[]): string =>
    scoreboardText(rowsOfLedgers(scoreboard(rows), shown), colours);
  const blocks = by.flatMap((key) =>
    byKey(comparisons, key).map(
      ({ groupValue, rows }) => `${colours.bold(`${key} = ${groupValue}`)}\n\n${table(rows)}`,
    ),
  );
  const legend = [READING, GROUND, ...(shown === 'one' ? [ONE_LEDGER] : [])]
    .map((line) => `${colours.dim(line)}\n`)
    .join('');
  return [...(by.length === 0 ? [table(comparisons)] : blocks), legend].join('\n');
}
