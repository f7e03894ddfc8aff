/** `memproof check FILE…`: today's accuracy against a committed accuracy file, as an exit code. */
import { basename, dirname } from 'node:path';
import { type AccuracyFile, accuracyFileText } from '../../accuracy/baseline/accuracyFile.ts';
import { type AccuracyComparison, compareAccuracy, isFailing, isLoss } from '../../accuracy/baseline/changes.ts';
import { environmentMismatch } from '../../accuracy/baseline/environment.ts';
import type { AccuracyRow } from '../../accuracy/score.ts';
import { EXIT, type ExitCode, fail } from '../../errors.ts';
import type { Estimator } from '../../estimators/estimator.ts';
import { advice, changeLines, countsText } from '../../report/accuracyChanges.ts';
import { githubBenchmark } from '../../report/githubBenchmark.ts';
import {
  accuracyFileBeside,
  accuracyOf,
  type CommittedAccuracy,
  environmentOf,
  judgeFiles,
  readAccuracyFile,
  readReplaceable,
  writeAccuracyFile,
} from '../accuracyFiles.ts';
import { chooseEstimators } from '../estimators.ts';
import { writeWhole } from '../files.ts';
import { inContinuousIntegration, reportToGitHub } from '../githubActions.ts';
import { type Story, story } from '../progress.ts';
import { namedFiles, recordSources } from '../recordFiles.ts';
import { print, printText } from '../terminal.ts';

export interface CheckFlags {
  readonly files: readonly string[];
  /** What the columns of tables mean. */
  readonly map?: string | undefined;
  readonly baseline?: string | undefined;
  readonly update: boolean;
  /** With `update`: also where rows are worse or gone. */
  readonly acceptWorse: boolean;
  /** Although another device or TensorFlow measured. */
  readonly crossDevice: boolean;
  /** Where to write the input of github-action-benchmark. */
  readonly benchmark?: string | undefined;
  /** Only these formula sets, against their rows of the committed file. */
  readonly estimator?: readonly string[] | undefined;
  readonly json: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
}

export async function check(flags: CheckFlags): Promise<ExitCode> {
  if (flags.acceptWorse && !flags.update) throw fail('E_USAGE', { detail: '--accept-worse goes with --update.' });
  if (flags.update && inContinuousIntegration()) throw fail('E_UPDATE_IN_CI', {});
  const tell = story(flags);
  const read = namedFiles(flags.files);
  const file = flags.baseline ?? accuracyFileBeside(read[0] ?? '');
  const estimators = await chooseEstimators(flags.estimator);
  const judgement = judgeFiles(recordSources(read, tell, flags.map), estimators);
  const environment = environmentOf(judgement);
  const committed = flags.update
    ? readReplaceable(file, { orDamaged: flags.acceptWorse }, tell)
    : readAccuracyFile(file);
  const before = committed?.accuracy ?? null;
  const mismatch = before === null ? null : environmentMismatch(environment, before.environment, file);
  if (mismatch !== null && !flags.crossDevice) throw mismatch;
  if (mismatch !== null) tell.say(`compared all the same (--cross-device): ${mismatch.message}`);
  if (flags.benchmark !== undefined) writeBenchmark(flags.benchmark, judgement.accuracy, tell);

  /** Of the sets that were not asked about: kept by `--update`, and nothing that is missing. */
  const others = flags.estimator === undefined ? [] : rowsOfOthers(before, estimators);
  const current = accuracyOf(judgement, file, before, others);
  const comparison = compareAccuracy(current, before ?? { ...current, configurations: 0, rows: [] });
  if (flags.update) return update({ file, current, committed, comparison, flags });
  if (committed !== null) reportToGitHub(comparison, file, committed);
  show(comparison, `${isFailing(comparison) ? 'FAILED' : 'ok'}: accuracy against ${file}`, flags);
  return isFailing(comparison) ? EXIT.inaccurate : EXIT.ok;
}

interface Renewal {
  readonly file: string;
  readonly current: AccuracyFile;
  readonly committed: CommittedAccuracy | null;
  readonly comparison: AccuracyComparison;
  readonly flags: CheckFlags;
}

/** The diff first, and the file only if it takes nothing away. */
function update({ file, current, committed, comparison, flags }: Renewal): ExitCode {
  const refused = isLoss(comparison) && !flags.acceptWorse;
  const unchanged = committed?.text === accuracyFileText(current);
  const written = refused || unchanged ? null : writeAccuracyFile(file, current);
  const verdict = refused ? `REFUSED: did not write ${file}` : unchanged ? `unchanged: ${file}` : `wrote ${file}`;
  show(comparison, verdict, flags, written);
  return refused ? EXIT.inaccurate : EXIT.ok;
}

/** `written` in JSON: the path that was written, null where `--update` wrote nothing; left out without it. */
function show(
  comparison: AccuracyComparison,
  verdict: string,
  { json }: Pick<CheckFlags, 'json'>,
  written?: string | null,
): void {
  if (json) {
    print(`${JSON.stringify({ ...comparison, ...(written !== undefined && { written }) })}\n`);
    return;
  }
  const wasWritten = typeof written === 'string';
  const lines = [...changeLines(comparison), `${verdict}: ${countsText(comparison)}.`];
  const whatToDo = wasWritten ? '' : advice(comparison);
  printText([...lines, ...(whatToDo === '' ? [] : [whatToDo])].map((line) => `${line}\n`).join(''));
}

const rowsOfOthers = (accuracy: AccuracyFile | null, estimators: readonly Estimator[]): AccuracyFile['rows'] =>
  (accuracy?.rows ?? []).filter((row) => estimators.every(({ id }) => id !== row.estimator));

function writeBenchmark(file: string, accuracy: readonly AccuracyRow[], { say }: Story): void {
  const text = `${JSON.stringify(githubBenchmark(accuracy), null, 2)}\n`;
  say(`wrote ${writeWhole(dirname(file), basename(file), text)}`);
}
