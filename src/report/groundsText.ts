/** On a terminal: how much of each error is the formula, and how much the assumptions that do not hold. */
import type { GroundSummary } from '../accuracy/grounds/summary.ts';
import { isWorthNaming } from '../records/origin.ts';
import { QUANTITIES } from '../records/quantity.ts';
import { type Colours, errorText } from './scoreboard.ts';
import { fitted, hanging, WIDTH, wrap } from './wrap.ts';

const GAP = '  ';
/** Below a formula's name. */
const INDENT = GAP.repeat(3);
const NAME_WIDTH = 32;
const NUMBER_WIDTH = 9;

type Cells = Record<'estimator' | 'configs' | 'ground' | 'away' | 'formula', string>;

const HEAD: Cells = {
  estimator: 'estimator',
  configs: 'configs',
  ground: 'on ground',
  away: 'away =',
  formula: 'formula',
};

const NOTHING =
  'No error was split: that takes a configuration off the ground of a formula, and that ground, measured by memproof. `memproof run grounds` measures both, and so does any sweep with `matched`.';

/** At most 100 columns wide, one block per quantity and ledger, the smallest error on the own ground first. Ends with a newline. */
export function groundsText(summaries: readonly GroundSummary[], colours: Colours): string {
  const split = summaries.filter(({ count }) => count > 0);
  const notSplit = unsplitText(summaries);
  if (split.length === 0) return `${wrap(NOTHING, '')}\n${notSplit}`;
  const isNamed = isWorthNaming(split.map(({ origin }) => origin));
  const titleOf = ({ quantity, ledger, origin }: GroundSummary): string =>
    `${quantity} in ${ledger}${isNamed ? ` (${origin})` : ''}`;
  const titles = [...new Set(split.map(titleOf))];
  const blocks = titles.map((title) => {
    const rows = split.filter((summary) => titleOf(summary) === title).sort(leastOwnErrorFirst);
    return `${[colours.bold(title), ...rows.flatMap(linesOf)].join('\n')}\n`;
  });
  const head = `${colours.dim(lineOf(HEAD))}\n${colours.dim(`${INDENT}+ what each assumption is worth`)}\n`;
  return [head, ...blocks, ...(notSplit === '' ? [] : [notSplit])].join('\n');
}

function lineOf({ estimator, configs, ground, away, formula }: Cells): string {
  const numbers = [configs, ground, away, formula].map((text) => text.padStart(NUMBER_WIDTH)).join(GAP);
  return `${GAP}${fitted(estimator, NAME_WIDTH).padEnd(NAME_WIDTH)}${GAP}${numbers}`;
}

function linesOf(summary: GroundSummary): string[] {
  const { estimator, count, groundErrorRatio, errorRatio, formulaErrorRatio } = summary;
  const line = lineOf({
    estimator,
    configs: String(count),
    ground: errorText(groundErrorRatio),
    away: errorText(errorRatio),
    formula: errorText(formulaErrorRatio),
  });
  const worth = worthOf(summary);
  return worth.length === 0 ? [line] : [line, hanging(worth, INDENT)];
}

/** What each assumption is worth, without those that are worth nothing; a name stays with its number. */
function worthOf({ assumptions, unmet }: GroundSummary): string[] {
  const worth = assumptions
    .filter(({ errorRatio }) => errorRatio !== 0)
    .map(({ part, errorRatio }) => `${errorText(errorRatio)} ${part}`);
  const never = unmet.length === 0 ? [] : [`(in the formula: ${unmet.join(', ')})`];
  return withCommas(worth)
    .concat(never)
    .map((text) => fitted(text, WIDTH - INDENT.length));
}

const withCommas = (texts: readonly string[]): string[] =>
  texts.map((text, index) => (index < texts.length - 1 ? `${text},` : text));

function leastOwnErrorFirst(a: GroundSummary, b: GroundSummary): number {
  const size = ({ groundErrorRatio }: GroundSummary) => Math.abs(groundErrorRatio ?? Number.MAX_VALUE);
  return size(a) - size(b); // stable: equals stay in the order of the formulas
}

/** Which errors are whole in grounds.csv; empty where none is. */
function unsplitText(summaries: readonly GroundSummary[]): string {
  const lines = QUANTITIES.flatMap((quantity) => {
    const whole = summaries.filter((summary) => summary.quantity === quantity && summary.unsplitCount > 0);
    const names = whole.map(({ estimator, unsplitCount }) => `${estimator} (${unsplitCount})`);
    return names.length === 0 ? [] : [hanging(withCommas(names), `${GAP}${quantity}: `)];
  });
  if (lines.length === 0) return '';
  return `Not split, for the ground was not measured (configurations; reasons in grounds.csv, -o DIR)\n${lines.join('\n')}\n`;
}
