/** What `--show scoreboard` prints: the table, or with `--by` one for each value of a key, and how to read it. */
import { byKey } from '../accuracy/byKey.ts';
import type { ComparisonRow } from '../accuracy/compare.ts';
import type { Judgement } from '../accuracy/judge.ts';
import { scoreboard } from '../accuracy/score.ts';
import { addressOrderNote } from './addressOrder.ts';
import { type Colours, scoreboardText, titlesWithoutRoom } from './scoreboard.ts';
import { rowsOfLedgers, type ShownLedgers } from './shownLedgers.ts';
import { WIDTH, wrap } from './wrap.ts';

const READING = "Errors and noise are shares of the measured bytes. An error within the noise is not the formula's.";
const GROUND = 'matched: configurations where all its assumptions hold; on ground: the median error on these.';
const ONE_LEDGER = 'Each formula in its first of requested, buffers, tensors, allocated; --ledger all shows every one.';

/** At most `width` columns wide; ends with a newline. */
export function scoreboardView(
  { comparisons, by }: Judgement,
  colours: Colours,
  shown: ShownLedgers,
  width = WIDTH,
): string {
  const narrow = new Set<string>();
  const table = (rows: readonly ComparisonRow[]): string => {
    const board = rowsOfLedgers(scoreboard(rows), shown);
    for (const title of titlesWithoutRoom(board, width)) narrow.add(title);
    return scoreboardText(board, colours, width);
  };
  const blocks = by.flatMap((key) =>
    byKey(comparisons, key).map(
      ({ groupValue, rows }) => `${colours.bold(`${key} = ${groupValue}`)}\n\n${table(rows)}`,
    ),
  );
  const tables = by.length === 0 ? [table(comparisons)] : blocks;
  const said = [...addressOrderNote(comparisons), ...(shown === 'one' ? [ONE_LEDGER] : []), ...wider(narrow)];
  const legend = [READING, GROUND, ...said]
    .flatMap((sentence) => wrap(sentence, '', width).split('\n'))
    .map((line) => `${colours.dim(line)}\n`)
    .join('');
  return [...tables, legend].join('\n');
}

const wider = (titles: ReadonlySet<string>): string[] =>
  titles.size === 0 ? [] : [`A wider terminal also has room for: ${[...titles].join(', ')}.`];
