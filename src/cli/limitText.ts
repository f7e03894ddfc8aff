/** `limit` on a terminal of 80 columns: the formulas by what they let fit, then what becomes of whoever believes them. */

import { describeConfig } from '../config/describe.ts';
import type { JudgedLimit, LimitAnswer } from '../limit/answer.ts';
import type { LimitKey } from '../limit/axis.ts';
import type { Verdict } from '../limit/consequence.ts';
import type { Limit } from '../limit/limit.ts';
import type { Truth } from '../limit/truth.ts';
import { type ByteUnit, formatBytes } from '../units/bytes.ts';
import { listText, table, wrapped } from './terminal.ts';

export function limitText(answer: LimitAnswer, unit: ByteUnit | undefined): string {
  const { limits, truth } = answer;
  const speaking = limits.filter(({ kind }) => kind !== 'silent');
  return [
    wrapped(titleOf(answer, unit)),
    speaking.length === 0 ? '\nNo formula speaks of the peak of this step.\n' : `\n${predictedText(speaking, unit)}`,
    exactNote(speaking),
    nothingFits(speaking) ? '\nBy every formula not even the smallest value fits.\n' : '',
    truth === undefined ? '' : `\n${truthText(answer, truth)}${consequencesText(answer, unit)}`,
    listText(
      'out of memory at the next although its peak is below',
      limits.flatMap(({ estimator, next }) =>
        next?.outOfMemory === undefined ? [] : [`${estimator}: ${next.outOfMemory}`],
      ),
    ),
    listText('every value fits', reasonsOf(limits, 'all')),
    listText(
      'assumptions that do not hold',
      speaking
        .filter(({ violatedAssumptions }) => violatedAssumptions.length > 0)
        .map(({ estimator, violatedAssumptions }) => `${estimator}: ${violatedAssumptions.join(', ')}`),
    ),
    listText('nothing to say', reasonsOf(limits, 'silent')),
  ].join('');
}

const LETTERS: Readonly<Record<LimitKey, string>> = {
  'batch.size': 'B',
  'batch.sequenceLength': 'S',
  'model.layers': 'L',
};

/** The size that is varied is a question mark. */
function titleOf({ vary, memoryBytes, configuration }: LimitAnswer, unit: ByteUnit | undefined): string {
  const sizes = describeConfig(configuration).replace(new RegExp(`\\b${LETTERS[vary]}\\d+`), `${LETTERS[vary]}?`);
  const { optimizer, precision } = configuration.step;
  return `The largest ${vary} within ${formatBytes(memoryBytes, unit)}: ${sizes}, ${optimizer}, ${precision}`;
}

const nameOf = ({ estimator, exact }: Limit): string => `${exact ? '*' : ' '} ${estimator}`;
const toldBy = ({ kind, value }: Limit): string => (kind === 'all' ? 'all' : String(value ?? 'none'));

function predictedText(limits: readonly Limit[], unit: ByteUnit | undefined): string {
  const shown = (bytes: number | null | undefined): string => (bytes == null ? '-' : formatBytes(bytes, unit));
  return table([
    ['  formula', 'limit', 'peak there', 'at the next', 'match  '],
    ...limits.map((limit) => [
      nameOf(limit),
      toldBy(limit),
      shown(limit.bytes),
      shown(limit.next?.bytes),
      limit.match.padEnd(7),
    ]),
  ]);
}

/** What the mark promises, and what it does not: a limit is of what an allocator holds. */
function exactNote(limits: readonly Limit[]): string {
  const ledgers = new Set(limits.filter(({ exact }) => exact).map(({ ledger }) => ledger));
  if (ledgers.size === 0) return '';
  const beyond = ledgers.has('requested') ? '; to requested comes what an allocator loses to fragments' : '';
  return wrapped(`* to the byte in ${[...ledgers].join(', ')}: all its assumptions hold${beyond}`, '  ');
}

const nothingFits = (limits: readonly Limit[]): boolean =>
  limits.length > 0 && limits.every(({ kind }) => kind === 'none');

function truthText({ vary }: LimitAnswer, { memoryLimitMiB, value, next, failure }: Truth): string {
  if (failure !== null) return wrapped(`What really fits was not found: ${failure}`);
  const above = next === null ? 'and no value is larger' : `${next} is out of memory`;
  const found = value === null ? `not even ${vary} = ${next} runs` : `${vary} = ${value} runs, ${above}`;
  return wrapped(`Really, under a limit of ${memoryLimitMiB} MiB: ${found}.`);
}

const VERDICT_WORDS: Readonly<Record<Verdict, string>> = {
  right: 'right',
  'too-high': 'too high',
  'too-low': 'too low',
};

function consequencesText({ limits, tally }: LimitAnswer, unit: ByteUnit | undefined): string {
  const rows = limits.flatMap((limit) => consequenceRow(limit, unit));
  if (rows.length === 0 || tally === undefined) return '';
  const { right, failedCalls, tooLow, medianUnusedShare } = tally;
  const median = medianUnusedShare === null ? '' : ` (median ${percent(medianUnusedShare)} of the memory left unused)`;
  const lines = [
    `failed calls ${failedCalls} of ${rows.length}: the first run at the limit told is out of memory`,
    `false refusals ${tooLow} of ${rows.length}: more would have run${median}`,
    `right ${right} of ${rows.length}`,
  ];
  const head = ['  formula', 'limit', 'and then', 'refused', 'left unused', 'share'];
  return `\n${table([head, ...rows])}\n${lines.map((line) => wrapped(line)).join('')}`;
}

function consequenceRow(limit: JudgedLimit, unit: ByteUnit | undefined): string[][] {
  const { consequence } = limit;
  if (consequence == null) return [];
  const { verdict, refusedValues, unusedBytes, unusedShare } = consequence;
  return [
    [
      nameOf(limit),
      toldBy(limit),
      VERDICT_WORDS[verdict].padEnd(8),
      verdict === 'too-high' ? '-' : String(refusedValues),
      unusedBytes === null ? '-' : formatBytes(unusedBytes, unit),
      unusedShare === null ? '-' : percent(unusedShare),
    ],
  ];
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** The same reason once, for all formulas that have it. */
function reasonsOf(limits: readonly Limit[], kind: Limit['kind']): string[] {
  const formulasOf = new Map<string, string[]>();
  for (const limit of limits) {
    if (limit.kind !== kind) continue;
    const reason = limit.reason ?? '';
    formulasOf.set(reason, [...(formulasOf.get(reason) ?? []), limit.estimator]);
  }
  return [...formulasOf].map(([reason, formulas]) => `${formulas.join(', ')}: ${reason}`);
}
