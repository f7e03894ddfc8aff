/** Formulas and laws on a terminal: who obeys which, and for one formula alone what it breaks, in sentences. */
import { numberText } from '../accuracy/audit/expression.ts';
import { grouped } from '../accuracy/grouped.ts';
import type { MetamorphicRow } from '../accuracy/metamorphic/judgeLaws.ts';
import type { MetamorphicLaw } from '../accuracy/metamorphic/law.ts';
import { LAWS } from '../accuracy/metamorphic/laws.ts';
import { byRelation, measuredRange, type Standing, standingOf } from '../accuracy/metamorphic/summary.ts';
import type { Colours } from './scoreboard.ts';
import { fitted, WIDTH, wrap } from './wrap.ts';

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
  'ok: obeys. no: breaks it. NO: breaks it where all assumptions of the formula hold. -: says nothing of it. Below, each law with the differences in bytes that were measured; metamorphic.csv writes them out.';

/** At most 100 columns wide. Ends with a newline. */
export function metamorphicText(
  rows: readonly MetamorphicRow[],
  estimators: readonly { readonly id: string }[],
  colours: Colours,
): string {
  const [only, ...others] = estimators;
  const judged = rows.some(({ verdict }) => verdict !== 'not-applicable');
  if (only === undefined || !judged)
    return 'No law has all its configurations among these records. `memproof run metamorphic` measures them all.\n';
  const laws = numbered(rows);
  const parts = [
    tableText(rows, laws, estimators, colours),
    wrap(KEY, ''),
    ...(others.length === 0 ? [breachesText(rows, colours)] : []),
    legendText(laws, colours),
  ];
  return `${parts.join('\n\n')}\n`;
}

interface NumberedLaw {
  readonly law: MetamorphicLaw;
  /** The same whatever was measured. */
  readonly number: number;
  /** What was measured, a sentence for each origin. */
  readonly ranges: readonly string[];
}

/** All laws, each with what was measured of it: nothing where its configurations are not among the records. */
function numbered(rows: readonly MetamorphicRow[]): NumberedLaw[] {
  const several = hasSeveralOrigins(rows);
  return LAWS.map((law, index) => {
    const own = rows.filter((row) => row.law === law.id);
    const ranges = grouped(own, ({ origin }) => origin ?? '').flatMap((group) => rangesText(group, several) ?? []);
    return { law, number: index + 1, ranges };
  });
}

/** Only then an origin is worth a word. */
const hasSeveralOrigins = (rows: readonly MetamorphicRow[]): boolean =>
  new Set(rows.map(({ origin }) => origin)).size > 1;

const isMeasured = ({ ranges }: NumberedLaw): boolean => ranges.length > 0;

function tableText(
  rows: readonly MetamorphicRow[],
  laws: readonly NumberedLaw[],
  estimators: readonly { readonly id: string }[],
  colours: Colours,
): string {
  const columns = laws.filter(isMeasured);
  const room = WIDTH - CELL * columns.length;
  const width = Math.min(room, Math.max('formula'.length, ...estimators.map(({ id }) => id.length)));
  const head = `${'formula'.padEnd(width)}${columns.map(({ number }) => String(number).padStart(CELL)).join('')}`;
  const lines = estimators.map(({ id }) => {
    const own = rows.filter(({ estimator }) => estimator === id);
    const cells = columns.map(({ law }) => {
      const standing = standingOf(own.filter((row) => row.law === law.id));
      return paint(standing, colours)(WORDS[standing].padStart(CELL)); // padded first: colour codes have no width
    });
    return `${fitted(id, width).padEnd(width)}${cells.join('')}`;
  });
  return [colours.dim(head), ...lines].join('\n');
}

const paint = (standing: Standing, { green, yellow, red, dim }: Colours) =>
  ({ obeyed: green, broken: yellow, 'broken-at-home': red, silent: dim })[standing];

/** Every measured law with its truth, and the names of the others. */
function legendText(laws: readonly NumberedLaw[], colours: Colours): string {
  const measured = laws
    .filter(isMeasured)
    .map(({ law, number, ranges }) =>
      [
        `${String(number).padStart(CELL)}  ${colours.bold(law.id)}`,
        wrap(law.statement, INDENT),
        ...ranges.map((text) => wrap(text, INDENT)),
      ].join('\n'),
    );
  const others = laws.filter((one) => !isMeasured(one)).map(({ law, number }) => `${number} ${law.id}`);
  const rest = others.length === 0 ? [] : [wrap(`${others.join(', ')}.`, 'Not all measured among these records: ')];
  return [...measured, ...rest].join('\n');
}

/** `measured: activations 12,288 to 49,152; weights 0`, of rows of one origin; null where nothing was measured. */
function rangesText(rows: readonly MetamorphicRow[], named: boolean): string | null {
  const ranges = byRelation(rows).flatMap((group) => rangeText(group) ?? []);
  if (ranges.length === 0) return null;
  return `measured${named ? ` by ${rows[0]?.origin}` : ''}: ${ranges.join('; ')}`;
}

/** `activations 12,288 to 49,152` */
function rangeText(rows: readonly MetamorphicRow[]): string | null {
  const range = measuredRange(rows);
  if (range === null) return null;
  const { smallest, largest } = range;
  const values = smallest === largest ? numberText(smallest) : `${numberText(smallest)} to ${numberText(largest)}`;
  return `${rows[0]?.quantity} ${values}`;
}

/** What the only formula breaks, each relation once with the first base that shows it. */
function breachesText(rows: readonly MetamorphicRow[], colours: Colours): string {
  const judged = LAWS.map((law) => ({ law, rows: rows.filter((row) => row.law === law.id) }));
  const count = (...standings: Standing[]) =>
    judged.filter((entry) => standings.includes(standingOf(entry.rows))).length;
  const broken = judged.filter((entry) => ['broken', 'broken-at-home'].includes(standingOf(entry.rows)));
  const title = `obeys ${count('obeyed')} and breaks ${broken.length} of the ${LAWS.length - count('silent')} laws that it speaks of`;
  const several = hasSeveralOrigins(rows);
  const blocks = broken.map(({ law, rows: own }) => {
    const sentences = byRelation(own).flatMap((group) => breachText(group, several) ?? []);
    return [colours.bold(law.id), wrap(law.statement, INDENT), ...sentences.map((text) => wrap(text, INDENT))].join(
      '\n',
    );
  });
  return [`${rows[0]?.estimator} ${title}.`, ...blocks].join('\n\n');
}

/** One sentence; null where the relation is obeyed. */
function breachText(rows: readonly MetamorphicRow[], named: boolean): string | null {
  const judged = rows.filter(({ verdict }) => verdict !== 'not-applicable');
  const failed = judged.filter(({ verdict }) => verdict === 'fail');
  const [first] = failed;
  if (first === undefined) return null;
  const { tested, configId, origin, predictedBytes, measuredBytes, match, violatedAssumptions } = first;
  const aside = match === 'matched' ? '' : ` (${match}: ${violatedAssumptions.join(', ')})`;
  return `At ${failed.length} of ${judged.length} ${judged.length === 1 ? 'base' : 'bases'}, as ${configId}${named ? ` of ${origin}` : ''}${aside}: ${tested} is ${numberText(predictedBytes ?? 0)} by the formula, ${allowedText(first)} by the law, and was measured as ${numberText(measuredBytes ?? 0)}.`;
}

function allowedText({ leastBytes, mostBytes }: MetamorphicRow): string {
  if (mostBytes === null) return `at least ${numberText(leastBytes)}`;
  return leastBytes === mostBytes ? numberText(leastBytes) : `${numberText(leastBytes)} to ${numberText(mostBytes)}`;
}
