/** The recovered laws on a terminal: for each quantity what was measured, and below it what each formula says. */
import { grouped } from '../accuracy/grouped.ts';
import type { Judgement } from '../accuracy/judge.ts';
import type { FormulaLaw } from '../accuracy/recovery/formulaLaws.ts';
import { type LawGroup, type LawKeys, reportedAmong } from '../accuracy/recovery/grouping.ts';
import type { PolynomialLaw } from '../accuracy/recovery/identify.ts';
import { type RecoveredLaw, recoverLaws } from '../accuracy/recovery/recover.ts';
import type { Term } from '../accuracy/recovery/terms.ts';
import { isWorthNaming } from '../records/origin.ts';
import { differingKeys, keysText } from './keysText.ts';
import { lawText } from './lawText.ts';
import type { Colours } from './scoreboard.ts';
import { wrap } from './wrap.ts';

const NAME_WIDTH = 32; // the longest id of a formula set, and two columns
const INDENT = '  ';

const HINT = 'The sweep `laws` varies every size on its own: `memproof run laws`.';

/** What the letters of a law mean. */
export const LEGEND = `\
Bytes in the sizes of one micro-batch: B sequences, S tokens, H hidden size, a heads, F feed-forward
size, L layers, V vocabulary, M positions. What stands in L(...) is counted in every layer.`;

/** At most 100 columns wide. Ends with a newline. */
export function lawsText({ records, estimators }: Pick<Judgement, 'records' | 'estimators'>, colours: Colours): string {
  const laws = recoverLaws(records, estimators);
  const isReported = reportedAmong(laws.map(({ group }) => group));
  const reported = laws.filter(({ group }) => isReported(group));
  const keysOf = ({ group }: RecoveredLaw): string => JSON.stringify([group.origin, group.deployment, group.keys]);
  const all = reported.filter(({ group }) => group.part === 'total');
  if (all.length === 0) return `${wrap(`Nothing was measured in requested or buffers. ${HINT}`, '')}\n`;
  if (all.every(({ law }) => law.verdict === 'refused')) return `${wrap(noLawText(all), '')}\n`;
  const isNamed = isWorthNaming(reported.map(({ group }) => group.origin));
  const titleOf = ({ origin, keys }: LawGroup): string => `step${isNamed ? ` of ${origin}` : ''}: ${stepText(keys)}`;
  const blocks = grouped(reported, keysOf).flatMap((own) => {
    const totals = own.filter(({ group }) => group.part === 'total');
    const told = totals.filter(({ law }) => law.verdict !== 'refused');
    return [
      ...own.slice(0, 1).map(({ group }) => colours.bold(wrap(titleOf(group), ''))),
      ...told.map((law) => quantityBlock(law, partsOf(law, own), colours)),
      ...refusals(totals.filter((law) => !told.includes(law))).map(colours.dim),
    ];
  });
  return `${[colours.dim(LEGEND), ...blocks].join('\n\n')}\n`;
}

/** Instead of a page of refusals. */
function noLawText(refused: readonly RecoveredLaw[]): string {
  const largest = refused.reduce((most, other) =>
    other.group.samples.length > most.group.samples.length ? other : most,
  );
  return `No law can be told: of ${refused.length} quantities of alike steps the one with most records, ${largest.group.samples.length}, has ${largest.law.reason}. laws.csv (-o DIR) has every reason. ${HINT}`;
}

/** Components where they are the model's own: of the activations. */
const partsOf = ({ group }: RecoveredLaw, own: readonly RecoveredLaw[]): RecoveredLaw[] =>
  group.quantity === 'activations'
    ? own.filter((other) => other.group.quantity === group.quantity && other.group.part !== 'total')
    : [];

/** One paragraph for each reason, with all that it is the reason of. */
function refusals(refused: readonly RecoveredLaw[]): string[] {
  return grouped(refused, ({ law }) => law.reason ?? '').map((alike) => {
    const names = alike.map(({ group }) => nameOf(group));
    return wrap(`${names.join(', ')}: refused: ${alike[0]?.law.reason}`, INDENT);
  });
}

/** `step-peak (requested) at backward MatMul`. */
export const nameOf = ({ quantity, ledger, place }: LawGroup): string =>
  `${quantity} (${ledger})${place === null ? '' : ` at ${place}`}`;

function quantityBlock(
  { group, terms, law, formulas }: RecoveredLaw,
  parts: readonly RecoveredLaw[],
  colours: Colours,
) {
  const head = wrap(`${nameOf(group)}: ${standingText(law)}`, INDENT).split('\n');
  const said = formulas.filter((formula) => formula.law.verdict !== 'refused');
  return [
    ...head.map(law.verdict === 'exact' ? colours.green : colours.red),
    ...(law.coefficients === null ? [] : entry('measured', lawOrWhy(terms, law))),
    ...parts.flatMap((part) => entry(`${INDENT}${part.group.part}`, lawOrWhy(part.terms, part.law)).map(colours.dim)),
    ...said.flatMap((formula) => entry(formula.estimator, lawOrWhy(terms, formula.law) + groundNote(formula))),
  ].join('\n');
}

/** How sure a law is, or why there is none. */
export function standingText(law: PolynomialLaw): string {
  if (law.verdict !== 'exact') return `${law.verdict}: ${law.reason}`;
  return `exact, from ${law.fitted} shapes and right to the byte on ${law.heldOut} more`;
}

/** A law as people write it, or why there is none. */
export const lawOrWhy = (terms: readonly Term[], { coefficients, verdict, reason }: PolynomialLaw): string =>
  coefficients === null ? (reason ?? verdict) : lawText(terms, coefficients);

/** Where a formula speaks of other configurations than the measured ones. */
export const groundNote = ({ ground }: FormulaLaw): string =>
  ground.length === 0 ? '' : ` (where ${keysText(ground, ', ')})`;

/** In what the steps of a law differ from a plain one. */
export function stepText(keys: LawKeys): string {
  const pairs = differingKeys(keys);
  return pairs.length === 0 ? 'everything at its default' : keysText(pairs, ' ');
}

/** A name and its law, which goes on below itself. */
function entry(name: string, text: string): string[] {
  return wrap(text, `${INDENT.repeat(2)}${name.slice(0, NAME_WIDTH - 2).padEnd(NAME_WIDTH)}`).split('\n');
}
