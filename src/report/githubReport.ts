/** What GitHub Actions shows of a report: what went wrong as annotations, and the report as the step's summary. Pure. */
import type { Judgement } from '../accuracy/judge.ts';
import type { AccuracyRow } from '../accuracy/score.ts';
import { describeConfig } from '../config/describe.ts';
import { markdownReport } from './markdownReport.ts';
import { summaryMarkdown } from './markdownSummary.ts';
import { methodsOf } from './methods.ts';
import { citation } from './reproduction.ts';
import { errorText } from './scoreboard.ts';
import { rowsOfLedgers } from './shownLedgers.ts';
import { command, MOST_ANNOTATIONS } from './workflowCommand.ts';

/** GitHub takes no summary beyond 1 MiB per step, and a step may hold several. */
const MOST_BYTES = 2 ** 18;

/** The whole report, or where that is too long its first screen. */
export function stepSummaryOf(judgement: Judgement): string {
  const whole = markdownReport(judgement);
  return Buffer.byteLength(whole) <= MOST_BYTES ? whole : summaryMarkdown(judgement, methodsOf(judgement));
}

/** Workflow commands, one a line: failures as errors, formulas that promise too little on their own ground as warnings, the report as a notice. */
export function annotationsOf(judgement: Judgement): string {
  const { records, accuracy } = judgement;
  const failures = records.flatMap((record) =>
    record.outcome === 'failed'
      ? [
          {
            title: 'failed',
            text: `${describeConfig(record.configuration)}: ${record.error.code}: ${record.error.message}`,
          },
        ]
      : [],
  );
  const exhausted = records.flatMap((record) =>
    record.outcome === 'out-of-memory'
      ? [{ title: 'out of memory', text: `${describeConfig(record.configuration)}: ${record.allocation.message}` }]
      : [],
  );
  const onGround = accuracy.filter(({ match, underCount }) => match === 'matched' && underCount > 0);
  const tooLittle = [...rowsOfLedgers(onGround, 'one')]
    .sort((a, b) => (a.minErrorRatio ?? 0) - (b.minErrorRatio ?? 0))
    .map((row) => ({ title: 'too little on its own ground', text: tooLittleText(row) }));
  const report = { title: 'report', text: citation(methodsOf(judgement)) };
  return [...limited('error', failures), ...limited('warning', tooLittle), ...limited('notice', [report, ...exhausted])]
    .map((line) => `${line}\n`)
    .join('');
}

const tooLittleText = ({
  estimator,
  quantity,
  ledger,
  origin,
  underCount,
  count,
  minErrorRatio,
}: AccuracyRow): string =>
  `${estimator}: ${quantity} in ${ledger} (${origin}): ${underCount} of ${count}, worst ${errorText(minErrorRatio)}`;

interface Annotation {
  readonly title: string;
  readonly text: string;
}

/** As many as GitHub shows; the last says how many more there are. */
function limited(kind: Parameters<typeof command>[0], annotations: readonly Annotation[]): string[] {
  const fits = annotations.length <= MOST_ANNOTATIONS;
  const shown = fits ? annotations : annotations.slice(0, MOST_ANNOTATIONS - 1);
  const lines = shown.map(({ title, text }) => command(kind, { title: `memproof: ${title}` }, text));
  return fits ? lines : [...lines, command(kind, { title: 'memproof' }, `${annotations.length - shown.length} more.`)];
}
