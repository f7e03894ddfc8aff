/** `memproof report FILE…`: judge records again and render them; needs no device. */
import { comparedAnything, judge } from '../../accuracy/judge.ts';
import { EXIT, type ExitCode, fail } from '../../errors.ts';
import { isOwn } from '../../records/judged.ts';
import { DOCUMENTS } from '../../report/documents.ts';
import type { ShownLedgers } from '../../report/shownLedgers.ts';
import type { ByteUnit } from '../../units/bytes.ts';
import { chooseEstimators } from '../estimators.ts';
import { writeJudgement } from '../files.ts';
import { documentToPrint, parseFormats, parseKeys, parseViews, without } from '../formats.ts';
import { judgementToGitHub } from '../githubActions.ts';
import { nothingCompared } from '../nothingCompared.ts';
import { story } from '../progress.ts';
import { namedFiles, readAllRecords } from '../recordFiles.ts';
import { writeReportPage } from '../reportPage.ts';
import { screenText } from '../screen.ts';
import { type Colours, printPieces, printText } from '../terminal.ts';
import { reportTimelines } from '../timelines.ts';
import { unshownLedger } from '../unshownLedger.ts';

export interface ReportFlags {
  readonly files: readonly string[];
  /** What the columns of tables mean. */
  readonly map?: string | undefined;
  readonly output?: string | undefined;
  readonly format: readonly string[];
  readonly show: readonly string[];
  readonly by: readonly string[];
  readonly ledger: ShownLedgers;
  readonly unit?: ByteUnit | undefined;
  readonly estimator?: readonly string[] | undefined;
  readonly json: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly colours: Colours;
}

export async function report(flags: ReportFlags): Promise<ExitCode> {
  const tell = story(flags);
  const formats = parseFormats(flags.format);
  const printed = documentToPrint(flags.format, flags.json, flags.output);
  const by = parseKeys(flags.by);
  const views = parseViews([...flags.show, ...(flags.verbose ? ['reconciliation'] : [])]);
  if (formats.has('trace') && flags.output === undefined)
    throw fail('E_USAGE', { detail: '--format trace needs a folder: -o DIR.' });
  if (flags.output === undefined && flags.format.length > 0 && formats.has('html'))
    throw fail('E_USAGE', { detail: '--format html needs a folder: -o DIR.' });
  const read = namedFiles(flags.files);
  const records = readAllRecords(read, tell, flags.map);
  const judgement = judge(records, await chooseEstimators(flags.estimator), by);
  const alive: string[] = [];
  const show = flags.verbose && printed === null ? (text: string) => alive.push(text) : null;
  const timed = records.filter(isOwn);
  const timelines = {
    files: read,
    records: timed,
    formats,
    output: flags.output ?? null,
    unit: flags.unit,
    show,
  };
  const isOnGitHub = formats.has('github') && judgementToGitHub(judgement);
  const written = isOnGitHub ? without(formats, 'github') : formats;
  const files = flags.output === undefined ? [] : writeJudgement(flags.output, judgement, written);
  if (flags.output !== undefined && formats.has('html'))
    files.push(await writeReportPage(flags.output, judgement, read));
  files.push(...reportTimelines(timelines, tell));
  if (files.length > 0) tell.say(`wrote ${files.join(', ')}`);
  if (!comparedAnything(judgement)) throw nothingCompared(records.length, records, judgement.estimators);
  const unshown = unshownLedger(judgement, flags.ledger);
  if (unshown !== null) tell.say(unshown);
  if (printed !== null && !(isOnGitHub && printed === 'github')) printPieces(DOCUMENTS[printed].text(judgement));
  else printText(screenText(judgement, views, flags, alive));
  return EXIT.ok;
}
