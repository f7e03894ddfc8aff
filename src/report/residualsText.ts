/** Which parts of each formula are off, which it never counts, and which hide each other, on a terminal. */
import { grouped } from '../accuracy/grouped.ts';
import type { Judgement } from '../accuracy/judge.ts';
import type { CancellationRow } from '../accuracy/residuals/cancellations.ts';
import { itemisedComparisons, type PartRow } from '../accuracy/residuals/itemised.ts';
import { type PartsSummary, partsSummaries } from '../accuracy/residuals/summary.ts';
import type { Match } from '../estimators/estimator.ts';
import { isWorthNaming } from '../records/origin.ts';
import { QUANTITIES } from '../records/quantity.ts';
import { formatBytes } from '../units/bytes.ts';
import type { Colours } from './scoreboard.ts';
import { hanging, WIDTH } from './wrap.ts';

const GAP = '  ';
/** Of the measured total: smaller errors are counted, not listed. */
const LEAST_LISTED = 0.01;
/** Of the measured total: what is unitemised because each part is rounded to a byte is less. */
const LEAST_UNITEMISED = 0.0005;
/** Of one formula and quantity; the others are in cancellations.csv. */
const MOST_PAIRS = 3;

const GROUND: Readonly<Record<Match, string>> = {
  matched: 'on its own ground',
  nearest: 'near its ground',
  away: 'off its ground',
};

const QUANTITY_WIDTH = Math.max(...QUANTITIES.map((quantity) => quantity.length));
const COUNT_WIDTH = 'configs'.length;
const TOTAL_WIDTH = '+1000%'.length;
const INDENT = GAP.length + QUANTITY_WIDTH + GAP.length;

/** At most 100 columns wide, one block per formula, in the order of the formulas. Ends with a newline. */
export function residualsText(
  { comparisons, estimators }: Pick<Judgement, 'comparisons' | 'estimators'>,
  colours: Colours,
): string {
  const summaries = partsSummaries(itemisedComparisons(comparisons));
  if (summaries.length === 0) return 'No compared reading tells components apart.\n';
  const inOrder = estimators.flatMap(({ id, predicts }) =>
    predicts.flatMap(({ quantity }) => summaries.filter((one) => one.estimator === id && one.quantity === quantity)),
  );
  const isNamed = isWorthNaming(inOrder.map(({ origin }) => origin));
  const fullTitle = (one: PartsSummary): string => (isNamed ? `${titleOf(one)}, ${one.origin}` : titleOf(one));
  const blocks = grouped(inOrder, fullTitle).map((block) => {
    const title = colours.bold(fullTitle(block[0] as PartsSummary).slice(0, WIDTH));
    return [title, ...block.flatMap((summary) => linesOf(summary, colours))].join('\n');
  });
  const heads = ['quantity', 'configs', 'total', 'parts'] as const;
  return `${[`${colours.dim(EXPLANATION)}\n${colours.dim(row(...heads))}`, ...blocks].join('\n\n')}\n`;
}

const EXPLANATION = `\
Predicted - measured in % of the measured total: the total, then its parts, each a median over the
configurations nearest to the formula's ground (3/34: 3 of 34). Medians need not add up.`;

const titleOf = ({ estimator, match, ledger }: PartsSummary): string => `${estimator}  ${GROUND[match]}, by ${ledger}`;

const row = (quantity: string, count: string, total: string, parts = ''): string =>
  [GAP + quantity.padEnd(QUANTITY_WIDTH), count.padStart(COUNT_WIDTH), total.padStart(TOTAL_WIDTH), parts]
    .join(GAP)
    .trimEnd();

function linesOf(summary: PartsSummary, colours: Colours): string[] {
  const { quantity, count, of, totalShare, uncounted, unitemisedShare, isSum, cancellations } = summary;
  const start = row(quantity, count === of ? String(of) : `${count}/${of}`, percent(totalShare));
  if (isSum) return [`${start}${GAP}a sum: the formula names no part`];
  const isUnitemised = unitemisedShare >= LEAST_UNITEMISED;
  const label = isUnitemised ? `has ${unsigned(unitemisedShare)} without a name for` : 'counts none of';
  const pairs = cancellations.slice(0, MOST_PAIRS);
  const more = cancellations.length - pairs.length;
  return [
    hanging(errorWords(summary), start + GAP, GAP),
    ...(uncounted.length === 0 ? [] : [sentence(label, uncountedWords(summary), colours.yellow)]),
    ...pairs.map((pair) => sentence('cancel', pairWords(pair), colours.red)),
    ...(more > 0 ? [`${' '.repeat(INDENT)}and ${more} more that cancel`] : []),
  ];
}

function errorWords({ errors }: PartsSummary): string[] {
  if (errors.length === 0) return ['every part exact'];
  const listed = errors.filter(({ share }) => Math.abs(share) >= LEAST_LISTED);
  const others = errors.length - listed.length;
  const words = listed.map(({ component, share }) => `${component} ${percent(share)}`);
  if (others > 0) words.push(`${others}${listed.length > 0 ? ' more' : ''} below ${unsigned(LEAST_LISTED)}`);
  return words;
}

const uncountedWords = ({ uncounted }: PartsSummary): string[] =>
  uncounted.map(({ component, share }, index) => {
    return `${component} (${unsigned(share)})${index < uncounted.length - 1 ? ',' : ''}`;
  });

function pairWords({ count, of, worst: { total, over, under } }: CancellationRow): string[] {
  return [
    `${errorText(over)},`,
    `${errorText(under)};`,
    `total ${percent(total.errorBytes / total.measuredBytes)},`,
    count === 1 ? `in 1 of ${of}: ${total.configId}` : `in ${count} of ${of}, most in ${total.configId}`,
  ];
}

/** The error of a part in bytes, and in % of what it really takes. */
function errorText({ component, errorBytes, errorRatio, predictedBytes }: PartRow): string {
  const size = `${errorBytes > 0 ? '+' : '-'}${formatBytes(Math.abs(errorBytes))}`;
  const beside = errorRatio === null ? 'none measured' : predictedBytes === 0 ? 'none counted' : percent(errorRatio);
  return `${component} ${size} (${beside})`;
}

const sentence = (label: string, words: readonly string[], paint: (text: string) => string): string =>
  hanging(words, `${' '.repeat(INDENT)}${label}: `).replace(label, paint(label));

/** `+3.2%`, `-38%`, `exact`; an error that rounds to nothing is still shown as an error. */
function percent(ratio: number): string {
  return ratio === 0 ? 'exact' : `${ratio > 0 ? '+' : '-'}${unsigned(ratio)}`;
}

function unsigned(ratio: number): string {
  const size = Math.abs(ratio) * 100;
  if (size < 0.05) return '<0.1%';
  if (size >= 1e6) return '>1e6%';
  return `${Number(size.toFixed(size < 9.95 ? 1 : 0))}%`;
}
