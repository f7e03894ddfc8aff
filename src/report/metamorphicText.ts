/** Formulas and laws on a terminal: who obeys which, and for one formula alone what it breaks, in sentences. */
import { numberText } from '../accuracy/audit/expression.ts';
import type { LawRow } from '../accuracy/metamorphic/judgeLaws.ts';
import { LAWS } from '../accuracy/metamorphic/laws.ts';
import { byRelation, measuredRange, type Standing, standingOf } from '../accuracy/metamorphic/summary.ts';
import type { Colours } from './scoreboard.ts';
import { WIDTH, wrap } from './wrap.ts';

/** Width of a law's column, its gap included; and of its number in the legend. */
const CELL = 3;
const INDENT = '     ';

const WORDS: Readonly<Record<Standing, string>> = {
  obeyed: 'ok',
  broken: 'no',
  'broken-at-home': 'NO',
  silent: '-',
};

const KEY =
  'ok: obeys. no: breaks it. NO: breaks it where all assumptions of the formula hold. -: says nothing of it, or nothing was measured. Below, each law with the differences in bytes that were measured; metamorphic.csv writes them out.';

/** At most 100 columns wide. Ends with a newline. */
export function metamorphicText(
  rows: readonly LawRow[],
  estimators: readonly { readonly id: string }[],
  colours: Colours,
): string {
  const [only, ...others] = estimators;
  const judged = rows.some(({ verdict }) => verdict !== 'not-applicable');
  if (only === undefined || !judged) return 'No law has all its configurations among these records.\n';
  const parts = [
    tableText(rows, estimators, colours),
    wrap(KEY, ''),
    ...(others.length === 0 ? [breachesText(rows, colours)] : []),
    legendText(rows, colours),
  ];
  return `${parts.join('\n\n')}\n`;
}

function tableText(rows: readonly LawRow[], estimators: readonly { readonly id: string }[], colours: Colours): string {
  const room = WIDTH - CELL * LAWS.length;
  const width = Math.min(room, Math.max('formula'.length, ...estimators.map(({ id }) => id.length)));
  const head = `${'formula'.padEnd(width)}${LAWS.map((_, index) => String(index + 1).padStart(CELL)).join('')}`;
  const lines = estimators.map(({ id }) => {
    const own = rows.filter(({ estimator }) => estimator === id);
    const cells = LAWS.map((law) => {
      const standing = standingOf(own.filter((row) => row.law === law.id));
      return paint(standing, colours)(WORDS[standing].padStart(CELL)); // padded first: colour codes have no width
    });
    return `${fitted(id, width)}${cells.join('')}`;
  });
  return [colours.dim(head), ...lines].join('\n');
}

const fitted = (id: string, width: number): string =>
  id.length > width ? `${id.slice(0, width - 3)}...` : id.padEnd(width);

const paint = (standing: Standing, { green, yellow, red, dim }: Colours) =>
  ({ obeyed: green, broken: yellow, 'broken-at-home': red, silent: dim })[standing];

/** Every law with what was measured of it. */
function legendText(rows: readonly LawRow[], colours: Colours): string {
  return LAWS.map((law, index) => {
    const measured = byRelation(rows.filter((row) => row.law === law.id)).flatMap((group) => rangeText(group) ?? []);
    const truth = measured.length === 0 ? 'not measured here' : `measured: ${measured.join('; ')}`;
    const number = String(index + 1).padStart(CELL);
    return [`${number}  ${colours.bold(law.id)}`, wrap(law.statement, INDENT), wrap(truth, INDENT)].join('\n');
  }).join('\n');
}

/** `activations 12,288 to 49,152` */
function rangeText(rows: readonly LawRow[]): string | null {
  const range = measuredRange(rows);
  if (range === null) return null;
  const { smallest, largest } = range;
  const values = smallest === largest ? numberText(smallest) : `${numberText(smallest)} to ${numberText(largest)}`;
  return `${rows[0]?.quantity} ${values}`;
}

/** What the only formula breaks, each relation once with the first base that shows it. */
function breachesText(rows: readonly LawRow[], colours: Colours): string {
  const judged = LAWS.map((law) => ({ law, rows: rows.filter((row) => row.law === law.id) }));
  const count = (...standings: Standing[]) =>
    judged.filter((entry) => standings.includes(standingOf(entry.rows))).length;
  const broken = judged.filter((entry) => ['broken', 'broken-at-home'].includes(standingOf(entry.rows)));
  const title = `obeys ${count('obeyed')} and breaks ${broken.length} of the ${LAWS.length - count('silent')} laws that it speaks of`;
  const blocks = broken.map(({ law, rows: own }) => {
    const sentences = byRelation(own).flatMap((group) => breachText(group) ?? []);
    return [colours.bold(law.id), wrap(law.statement, INDENT), ...sentences.map((text) => wrap(text, INDENT))].join(
      '\n',
    );
  });
  return [`${rows[0]?.estimator} ${title}.`, ...blocks].join('\n\n');
}

/** One sentence; null where the relation is obeyed. */
function breachText(rows: readonly LawRow[]): string | null {
  const judged = rows.filter(({ verdict }) => verdict !== 'not-applicable');
  const failed = judged.filter(({ verdict }) => verdict === 'fail');
  const [first] = failed;
  if (first === undefined) return null;
  const { tested, configId, predictedBytes, measuredBytes, match, violatedAssumptions } = first;
  const aside = match === 'matched' ? '' : ` (${match}: ${violatedAssumptions.join(', ')})`;
  return `At ${failed.length} of ${judged.length} ${judged.length === 1 ? 'base' : 'bases'}, as ${configId}${aside}: ${tested} is ${numberText(predictedBytes ?? 0)} by the formula, ${allowedText(first)} by the law, and was measured as ${numberText(measuredBytes ?? 0)}.`;
}

function allowedText({ leastBytes, mostBytes }: LawRow): string {
  if (mostBytes === null) return `at least ${numberText(leastBytes)}`;
  return leastBytes === mostBytes ? numberText(leastBytes) : `${numberText(leastBytes)} to ${numberText(mostBytes)}`;
}
