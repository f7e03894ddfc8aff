/** A campaign on one page of Markdown: what was done, on what, what came of it, and what is missing. Pure. */
import type { ScoreboardRow } from '../accuracy/score.ts';
import type { MeasurementRecord } from '../records/measurement.ts';
import { errorText } from '../report/scoreboard.ts';
import type { Device } from '../runtime/device.ts';
import { formatBytes } from '../units/bytes.ts';
import { type Boundary, isFound } from './boundary.ts';
import { isRight } from './knownAnswers.ts';
import type { MeasuringStage } from './plan.ts';
import type { Smoke } from './smoke.ts';

export interface StageOutcome extends Pick<MeasuringStage, 'name' | 'purpose'> {
  readonly planned: number;
  /** One per configuration that was measured, in this campaign or before. */
  readonly records: readonly MeasurementRecord[];
  /** Empty where nothing is scored. */
  readonly scores: readonly ScoreboardRow[];
}

export interface CampaignOutcome {
  readonly environment: MeasurementRecord['environment'] | null;
  readonly headline: string;
  readonly device: Device;
  /** One for each allocator. */
  readonly smokes: readonly Smoke[];
  readonly stages: readonly StageOutcome[];
  readonly boundary: (Boundary & { readonly configuration: string; readonly expectedBytes: number | null }) | null;
  /** What a further campaign would do; empty if all is done. */
  readonly missing: readonly string[];
}

export function campaignReport(outcome: CampaignOutcome): string {
  const sections = [
    `# Campaign: ${outcome.device.name}`,
    outcome.missing.length === 0
      ? 'Complete.'
      : `Not complete; the same command adds what is missing:\n\n${list(outcome.missing)}`,
    `## Where\n\n${where(outcome)}`,
    `## Known answers\n\n${answers(outcome.smokes)}`,
    ...outcome.stages.map((stage) => `## ${stage.name}\n\n${stageText(stage)}`),
    `## Smallest memory limit\n\n${boundaryText(outcome.boundary)}`,
  ];
  return `${sections.join('\n\n')}\n`;
}

const list = (lines: readonly string[]): string => lines.map((line) => `- ${line}`).join('\n');

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function where({ environment, headline, device }: CampaignOutcome): string {
  const { kind, name, uuid } = device;
  const rows = [
    ['device', `${kind}: ${name}${uuid === null ? '' : ` (${uuid})`}`],
    ['doctor', headline],
    ...(environment === null
      ? []
      : [
          ['driver, CUDA', `${environment.driver ?? 'none'}, ${environment.cuda ?? 'none'}`],
          ['TensorFlow, tfjs, Node', `${environment.tensorflow}, ${environment.tfjs}, ${environment.node}`],
        ]),
  ];
  return table(['', ''], rows);
}

function answers(smokes: readonly Smoke[]): string {
  const names = smokes[0]?.answers.map(({ name }) => name) ?? [];
  const rows = names.map((name) => [
    name,
    ...smokes.map(({ answers: known }) => {
      const answer = known.find((other) => other.name === name);
      return answer !== undefined && isRight(answer) ? 'right' : `WRONG: ${answer?.found.join(' ')}`;
    }),
  ]);
  const moved = smokes.map(({ movement }) =>
    'reason' in movement
      ? `not read: ${movement.reason}`
      : `${movement.right ? 'right' : 'WRONG'}: +${movement.cameBytes} B, −${movement.wentBytes} B`,
  );
  const head = ['', ...smokes.map(({ allocator }) => allocator)];
  return table(head, [...rows, ['a tensor of 1 MiB in the statistics', ...moved]]);
}

function stageText({ name, purpose, planned, records, scores }: StageOutcome): string {
  const counted = `${records.length} of ${planned} configurations; ${outcomes(records)}. Records: \`${name}.jsonl\`.`;
  const tables = [
    ...(scores.length === 0 ? [] : [scoreTable(scores)]),
    ...(purpose === 'times' && records.length > 0 ? [timeTable(records)] : []),
  ];
  return [counted, ...tables].join('\n\n');
}

function outcomes(records: readonly MeasurementRecord[]): string {
  const counts = new Map<string, number>();
  for (const { outcome } of records) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  return [...counts].map(([outcome, count]) => `${count} ${outcome}`).join(', ') || 'none measured';
}

/** The quantities that people ask for, as TensorFlow's allocator was asked for them. */
function scoreTable(scores: readonly ScoreboardRow[]): string {
  const rows = [...scores]
    .filter(
      ({ quantity, ledger }) => ledger === 'requested' && (quantity === 'activations' || quantity === 'step-peak'),
    )
    .sort(
      (one, other) =>
        one.quantity.localeCompare(other.quantity) ||
        Math.abs(one.medianErrorRatio ?? Number.POSITIVE_INFINITY) -
          Math.abs(other.medianErrorRatio ?? Number.POSITIVE_INFINITY),
    )
    .map(({ quantity, estimator, count, medianErrorRatio, worstErrorRatio }) => [
      quantity,
      estimator,
      String(count),
      errorText(medianErrorRatio),
      errorText(worstErrorRatio),
    ]);
  return table(['quantity', 'estimator', 'configurations', 'median error', 'worst error'], rows);
}

function timeTable(records: readonly MeasurementRecord[]): string {
  const rows = records.flatMap((record) => {
    if (record.outcome !== 'measured' || record.stepTimesMs.length === 0) return [];
    const sorted = [...record.stepTimesMs].sort((a, b) => a - b);
    const at = (share: number): string => (sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN).toFixed(2);
    return [[record.configId, String(sorted.length), at(0.1), at(0.5), at(0.9)]];
  });
  return table(['configuration', 'steps', 'ms, 10th percentile', 'median', '90th'], rows);
}

function boundaryText(boundary: CampaignOutcome['boundary']): string {
  if (boundary?.failure != null) return `Not found: ${boundary.failure}`;
  if (boundary === null || boundary.fitsMiB === null) return 'Not searched yet.';
  const { configuration, fitsMiB, exhaustedMiB, expectedBytes } = boundary;
  const found = isFound(boundary)
    ? `runs at ${fitsMiB} MiB and is out of memory at ${exhaustedMiB} MiB`
    : `runs at ${fitsMiB} MiB, out of memory at ${exhaustedMiB} MiB; between them nothing was tried yet`;
  const expected =
    expectedBytes === null
      ? ''
      : ` The closed form expects a peak of ${formatBytes(expectedBytes)} before rounding and slack.`;
  return `${configuration} ${found}.${expected} Records: \`limit.jsonl\`.`;
}
