/** `memproof report FILE…`: judge records again and render them; needs no device. */
import { scoreboard } from '../../accuracy/score.ts';
import { EXIT, type ExitCode, fail } from '../../errors.ts';
import { latestRecords } from '../../records/latest.ts';
import { readRecords } from '../../records/store.ts';
import { scoreboardText } from '../../report/scoreboard.ts';
import { chooseEstimators, comparedAnything, judge, writeCsvFiles } from '../judge.ts';
import { type Story, story } from '../progress.ts';
import { type Colours, print } from '../terminal.ts';

export interface ReportFlags {
  readonly files: readonly string[];
  readonly output?: string | undefined;
  readonly estimator?: readonly string[] | undefined;
  readonly json: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly colours: Colours;
}

/** Several files are read as one; what was set aside is told. */
export function readAllRecords(files: readonly string[], { say }: Story) {
  const contents = files.map((file) => readRecords(file));
  for (const warning of contents.flatMap(({ warnings }) => warnings)) say(`warning: ${warning}`);
  return latestRecords(contents.map(({ records }) => records));
}

export async function report(flags: ReportFlags): Promise<ExitCode> {
  const tell = story(flags);
  const records = readAllRecords(flags.files, tell);
  const judgement = judge(records, chooseEstimators(flags.estimator));
  if (flags.output !== undefined) tell.say(`wrote ${writeCsvFiles(flags.output, records, judgement).join(', ')}`);
  if (!comparedAnything(judgement)) {
    throw fail('E_NOTHING_COMPARED', {
      detail: `${records.length} records, none with a number that a formula predicts.`,
    });
  }
  if (flags.json) print(`${JSON.stringify({ accuracy: judgement.accuracy, comparisons: judgement.comparisons })}\n`);
  else print(scoreboardText(scoreboard(judgement.comparisons), flags.colours));
  return EXIT.ok;
}
