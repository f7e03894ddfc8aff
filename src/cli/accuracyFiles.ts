/** Accuracy files on disk: which one belongs to records, what it holds, and what it should hold. */
import { existsSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import {
  type AccuracyFile,
  accuracyFileText,
  parseAccuracyFile,
  toAccuracyFile,
} from '../accuracy/baseline/accuracyFile.ts';
import { environmentMismatch, requireOneEnvironment } from '../accuracy/baseline/environment.ts';
import { type BaselineJudgement, comparedAnything, judgeAccuracy } from '../accuracy/judge.ts';
import { fail, MemproofError } from '../errors.ts';
import type { Estimator } from '../estimators/estimator.ts';
import { ESTIMATORS } from '../estimators/index.ts';
import { isRead, type JudgedRecord } from '../records/judged.ts';
import { readText, writeWhole } from './files.ts';
import { nothingCompared } from './nothingCompared.ts';
import type { Story } from './progress.ts';
import { recordSources } from './recordFiles.ts';

const SUFFIX = '.accuracy.json';

/** `…/quickstart.jsonl` → `…/quickstart.accuracy.json`; of a table too. */
export const accuracyFileBeside = (recordsFile: string): string =>
  `${recordsFile.replace(/\.(jsonl|csv|html)$/, '')}${SUFFIX}`;

export interface CommittedAccuracy {
  readonly accuracy: AccuracyFile;
  readonly text: string;
}

/** Throws E_ACCURACY_FILE, E_ACCURACY_VERSION, or what keeps `file` from being read. */
export function readAccuracyFile(file: string): CommittedAccuracy {
  if (!existsSync(file)) throw fail('E_ACCURACY_FILE', { file, detail: 'there is no such file' });
  const text = readText(file);
  return { accuracy: parseAccuracyFile(accuracyJson(text, file), file), text };
}

/** No JSON is no accuracy file either, and there is a way to a new one. */
function accuracyJson(text: string, file: string): unknown {
  if (/^<{7} /m.test(text)) throw fail('E_ACCURACY_FILE', { file, detail: 'it has the marks of a merge conflict' });
  try {
    return JSON.parse(text);
  } catch (error) {
    throw fail('E_ACCURACY_FILE', { file, detail: `it is not JSON: ${(error as Error).message}` }, error);
  }
}

/** For who is about to write it: null, told to the user, where there is none or one of an earlier version. `orDamaged`: or one that cannot be read. */
export function readReplaceable(file: string, { orDamaged }: { orDamaged: boolean }, { say }: Story) {
  if (!existsSync(file)) return null;
  try {
    return readAccuracyFile(file);
  } catch (error) {
    if (!(error instanceof MemproofError) || !(orDamaged || error.code === 'E_ACCURACY_VERSION')) throw error;
    say(`warning: ${error.message.replace(/\.?$/, '.')} It is replaced, and cannot be compared with.`);
    return null;
  }
}

/** Throws E_NOTHING_COMPARED. */
export function judgeFiles(sources: readonly Iterable<JudgedRecord>[], estimators: readonly Estimator[]) {
  const judgement = judgeAccuracy(sources, estimators);
  if (comparedAnything(judgement)) return judgement;
  const atHand = sources.flatMap((source) => (Array.isArray(source) ? (source as JudgedRecord[]) : [])); // tables; lines have passed by
  throw nothingCompared(judgement.records.length, atHand, estimators);
}

/** Where all that was read was measured. Throws E_USAGE for several environments. */
export const environmentOf = ({ latest }: BaselineJudgement): AccuracyFile['environment'] =>
  requireOneEnvironment(latest.filter(isRead));

/** What `file` should hold. Tolerances, the name of the sweep, and rows of formula sets that `judgement` left out stay as committed. */
export function accuracyOf(
  judgement: BaselineJudgement,
  file: string,
  committed: AccuracyFile | null,
  keptRows: AccuracyFile['rows'],
): AccuracyFile {
  return toAccuracyFile([...judgement.accuracy, ...keptRows], {
    environment: environmentOf(judgement),
    sweep: committed?.sweep ?? basename(file, SUFFIX),
    configurations: judgement.records.filter(isRead).length,
    ...(committed !== null && { tolerance: committed.tolerance, ledgerTolerances: committed.ledgerTolerances }),
  });
}

export const writeAccuracyFile = (file: string, accuracy: AccuracyFile): string =>
  writeWhole(dirname(file), basename(file), accuracyFileText(accuracy));

/**
 * The accuracy file beside records that were just measured. No gate: whatever it held belongs to records that these have replaced; only that
 * of another device stays. Throws E_OTHER_DEVICE, E_NOTHING_COMPARED.
 */
export function renewAccuracyFile(recordsFile: string, tell: Story): void {
  const file = accuracyFileBeside(recordsFile);
  const judgement = judgeFiles(recordSources([recordsFile], tell), ESTIMATORS);
  const committed = readReplaceable(file, { orDamaged: true }, tell)?.accuracy ?? null;
  const mismatch =
    committed === null ? null : environmentMismatch(environmentOf(judgement), committed.environment, file);
  if (mismatch?.code === 'E_OTHER_DEVICE') throw mismatch;
  writeAccuracyFile(file, accuracyOf(judgement, file, committed, []));
}
