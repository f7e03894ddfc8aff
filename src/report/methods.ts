/** The methods paragraph of a report: how its numbers were obtained, in sentences made of what the records say. */

import type { Judgement } from '../accuracy/judge.ts';
import { formatBytes } from '../units/bytes.ts';
import { VERSION } from '../version.ts';
import { counted } from './counted.ts';
import { type MethodCode, type MethodEnvironment, type MethodFacts, methodFacts, type Range } from './methodFacts.ts';
import { reportId } from './reportId.ts';
import { type ViolatedAssumption, violations } from './violations.ts';

/** One sentence or two about one thing; plain text, which a renderer has to escape. */
export interface MethodStatement {
  readonly topic: 'records' | 'environment' | 'code' | 'steps' | 'quantities' | 'sources' | 'comparison' | 'noise';
  readonly text: string;
}

/** What makes a report citable. */
export interface Methods {
  readonly reportId: string;
  /** Of the memproof that judged. */
  readonly version: string;
  readonly facts: MethodFacts;
  readonly statements: readonly MethodStatement[];
  readonly violations: readonly ViolatedAssumption[];
}

export function methodsOf(judgement: Judgement): Methods {
  const facts = methodFacts(judgement);
  return {
    reportId: reportId(judgement.records),
    version: VERSION,
    facts,
    statements: statementsOf(facts),
    violations: violations(judgement),
  };
}

/** The statements as one paragraph. */
export const methodsText = ({ statements }: Pick<Methods, 'statements'>): string =>
  statements.map(({ text }) => text).join(' ');

function statementsOf(facts: MethodFacts): MethodStatement[] {
  const own = facts.environments.length > 0;
  const statements: [MethodStatement['topic'], string | null][] = [
    ['records', recordsText(facts)],
    ['environment', own ? `The steps ran on ${joined(facts.environments.map(environmentText), '; on ')}.` : null],
    ['code', own ? `The measuring code was ${joined(facts.code.map(codeText), '; ')}.` : null],
    ['steps', stepsText(facts)],
    ['quantities', quantitiesText(facts)],
    ['sources', sourcesText(facts)],
    ['comparison', comparisonText(facts)],
    ['noise', noiseText(facts)],
  ];
  return statements.flatMap(([topic, text]) => (text === null ? [] : [{ topic, text }]));
}

const joined = (texts: readonly string[], separator = ', '): string => texts.join(separator);

function recordsText({ outcomes, configurations }: MethodFacts): string {
  const counts = Object.entries(outcomes).map(([outcome, count]) => `${count} ${outcome}`);
  const total = Object.values(outcomes).reduce((sum, count) => sum + count, 0);
  return `memproof ${VERSION} judged ${counted(total, 'record')} of ${counted(configurations, 'configuration')} of transformer models${counts.length === 0 ? '' : `: ${joined(counts)}`}.`;
}

function environmentText({
  device,
  driver,
  cuda,
  tensorflow,
  tfjs,
  node,
  platform,
  records,
}: MethodEnvironment): string {
  const software = [
    ...(tensorflow === null ? [] : [`TensorFlow ${tensorflow}`]),
    `tfjs ${tfjs}`,
    ...(cuda === null ? [] : [`CUDA ${cuda}`]),
    ...(driver === null ? [] : [`driver ${driver}`]),
    `Node ${node}`,
    platform,
  ];
  return `${device.kind === 'gpu' ? 'the GPU' : 'the CPU'} ${device.name} with ${joined(software)} (${counted(records, 'record')})`;
}

function codeText({ commit, dirty, reason, records }: MethodCode): string {
  const name = commit === null ? `without a known commit (${reason ?? 'no reason given'})` : `commit ${commit}`;
  return `${name}${dirty ? ' with uncommitted changes' : ''} (${counted(records, 'record')})`;
}

const rangeText = ({ smallest, largest }: Range): string =>
  smallest === largest ? String(smallest) : `${smallest} to ${largest}`;

function stepsText({ warmUpSteps, measuredSteps, allocators }: MethodFacts): string | null {
  if (warmUpSteps === null || measuredSteps === null) return null;
  const allocator = allocators.length === 0 ? '' : `, under the allocator ${joined(allocators, ' or ')}`;
  const compared =
    measuredSteps.largest === 1
      ? 'That one is compared; nothing says how much another would differ.'
      : 'The first measured step is compared; the others give the spread.';
  return `Each configuration had a process of its own${allocator}: ${rangeText(warmUpSteps)} warm-up steps, then ${rangeText(measuredSteps)} measured. ${compared} Step times, where there are any, are of another process that nothing observed.`;
}

function quantitiesText({ quantities, ledgers, unavailable }: MethodFacts): string | null {
  if (ledgers.length === 0) return null;
  const silent = unavailable.map(
    ({ ledger, reasons, records }) =>
      `${ledger} could not count in ${counted(records, 'record')} (${joined(reasons, '; ')})`,
  );
  const rest = silent.length === 0 ? '' : ` ${joined(silent, '; ')}.`;
  return `A number is a quantity (at which point of the step) seen by a ledger (who counted), in whole bytes on one device. Read were the quantities ${joined(quantities)} by the ledgers ${joined(ledgers)}.${rest}`;
}

function sourcesText({ citations, frameworks }: MethodFacts): string | null {
  if (citations.length === 0) return null;
  return `Numbers of others: ${joined(frameworks)}; sources: ${joined(citations, '; ')}. A number that its source rounded is right to within half of its last digit.`;
}

function comparisonText({ formulaSets, comparedFormulaSets, comparisons }: MethodFacts): string {
  return `${comparedFormulaSets} of ${counted(formulaSets, 'formula set')} had a prediction of something that was read; ${counted(comparisons, 'total')} were compared, each with the same quantity in the same ledger. An error is predicted − measured, its ratio that ÷ measured. A formula is scored as its authors ship it, and apart where all its assumptions hold (matched).`;
}

function noiseText({ noise }: MethodFacts): string | null {
  if (noise.length === 0) return null;
  const still = noise.filter(({ largestBytes }) => largestBytes === 0).map(({ ledger }) => ledger);
  const moving = noise
    .filter(({ largestBytes }) => largestBytes > 0)
    .map(({ ledger, largestBytes, largestRatio, largestRatioQuantity }) => {
      const share = largestRatio === null ? '' : `, at most ${percentText(largestRatio)} of ${largestRatioQuantity}`;
      return `${ledger} by up to ${formatBytes(largestBytes)}${share}`;
    });
  const parts = [
    ...(still.length === 0 ? [] : [`${joined(still)} by no byte`]),
    ...(moving.length === 0 ? [] : [joined(moving)]),
  ];
  return `Between the measured steps of one configuration the readings differ: ${joined(parts, '; ')}. An error within that noise is not the formula's.`;
}

const percentText = (ratio: number): string => `${(ratio * 100).toFixed(ratio < 0.1 ? 2 : 0)} %`;
