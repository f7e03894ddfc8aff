/** limits.csv (`limit --csv`): the largest value that fits by each formula and, where it was really run, what follows from believing it. */
import { configId } from '../config/configId.ts';
import type { JudgedLimit, LimitAnswer } from '../limit/answer.ts';
import { type Column, configurationColumns, csvText } from './column.ts';

interface Row {
  readonly answer: LimitAnswer;
  readonly limit: JudgedLimit;
}

export const LIMITS_COLUMNS: readonly Column<Row>[] = [
  {
    name: 'configId',
    type: 'text',
    meaning: 'identity of the configuration with the smallest legal value of the key: 12 hex digits',
    cell: ({ answer }) => configId(answer.configuration),
  },
  ...configurationColumns<Row>(({ answer }) => answer.configuration),
  { name: 'vary', type: 'text', meaning: 'the key that is varied', cell: ({ answer }) => answer.vary },
  {
    name: 'memory_bytes',
    type: 'integer',
    meaning: 'what the step has to fit into',
    cell: ({ answer }) => answer.memoryBytes,
  },
  { name: 'estimator', type: 'text', meaning: 'id of the formula set', cell: ({ limit }) => limit.estimator },
  {
    name: 'ledger',
    type: 'text',
    meaning: 'whose count the predicted bytes are; empty where the formula has no step peak',
    cell: ({ limit }) => limit.ledger,
  },
  {
    name: 'kind',
    type: 'text',
    meaning:
      '`value`: the next one does not fit; `all`: every legal value fits; `none`: the smallest does not; `silent`: the formula says nothing',
    cell: ({ limit }) => limit.kind,
  },
  {
    name: 'limit',
    type: 'integer',
    meaning: 'the largest value that fits; empty where none does',
    cell: ({ limit }) => limit.value,
  },
  { name: 'limit_bytes', type: 'integer', meaning: 'the step peak predicted there', cell: ({ limit }) => limit.bytes },
  {
    name: 'next',
    type: 'integer',
    meaning: 'the value above, or the smallest where none fits',
    cell: ({ limit }) => limit.next?.value ?? null,
  },
  {
    name: 'next_bytes',
    type: 'integer',
    meaning: 'the step peak predicted there',
    cell: ({ limit }) => limit.next?.bytes ?? null,
  },
  {
    name: 'reason',
    type: 'text',
    meaning:
      'why the formula is silent, why every value fits, or why the next is out of memory although its peak is below',
    cell: ({ limit }) => limit.reason ?? limit.next?.outOfMemory ?? null,
  },
  {
    name: 'exact',
    type: 'boolean',
    meaning: 'whether the formula knows every byte and all its assumptions hold',
    cell: ({ limit }) => limit.exact,
  },
  {
    name: 'match',
    type: 'text',
    meaning: '`matched`: all assumptions of the formula hold; `nearest`: all that can be built; `away`: neither',
    cell: ({ limit }) => limit.match,
  },
  {
    name: 'violated_assumptions',
    type: 'text',
    meaning: 'ids of the assumptions that do not hold, joined by `;`',
    cell: ({ limit }) => limit.violatedAssumptions.join(';'),
  },
  {
    name: 'true_limit',
    type: 'integer',
    meaning: 'the largest value that really ran; 0 where none did, empty without `--bisect`',
    cell: ({ answer: { truth } }) => (truth === undefined || truth.failure !== null ? null : (truth.value ?? 0)),
  },
  {
    name: 'verdict',
    type: 'text',
    meaning: '`right`, `too-high` (the first run fails) or `too-low`; empty where it was not run',
    cell: ({ limit }) => limit.consequence?.verdict ?? null,
  },
  {
    name: 'refused_values',
    type: 'integer',
    meaning: 'how many legal values run and are refused by the formula',
    cell: ({ limit }) => limit.consequence?.refusedValues ?? null,
  },
  {
    name: 'peak_bytes',
    type: 'integer',
    meaning: 'the step peak that was measured at the limit of the formula; empty where that does not run',
    cell: ({ limit }) => limit.consequence?.peakBytes ?? null,
  },
  {
    name: 'unused_bytes',
    type: 'integer',
    meaning: 'what the run at the limit of the formula leaves of the memory; empty where that does not run',
    cell: ({ limit }) => limit.consequence?.unusedBytes ?? null,
  },
];

export const limitsCsv = (answers: readonly LimitAnswer[]): string =>
  csvText(
    LIMITS_COLUMNS,
    answers.flatMap((answer) => answer.limits.map((limit) => ({ answer, limit }))),
  );
