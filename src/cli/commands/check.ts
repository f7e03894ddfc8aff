/** `memproof check FILE…`: today's accuracy against a committed accuracy file, as an exit code. */
import { existsSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import {
  type AccuracyChange,
  type AccuracyComparison,
  type AccuracyFile,
  accuracyFileText,
  compareAccuracy,
  isRegression,
  parseAccuracyFile,
  rowKey,
  toAccuracyFile,
} from '../../accuracy/baseline.ts';
import { comparedAnything, judgeAccuracy } from '../../accuracy/judge.ts';
import { EXIT, type ExitCode, fail, MemproofError } from '../../errors.ts';
import { isRead } from '../../records/judged.ts';
import type { RecordHead } from '../../records/latest.ts';
import { errorText } from '../../report/scoreboard.ts';
import { chooseEstimators } from '../estimators.ts';
import { readJson, writeWhole } from '../files.ts';
import { type Story, story } from '../progress.ts';
import { recordSources } from '../recordFiles.ts';
import { print } from '../terminal.ts';

export interface CheckFlags {
  readonly files: readonly string[];
  /** What the columns of tables mean. */
  readonly map?: string | undefined;
  readonly baseline?: string | undefined;
  readonly update: boolean;
  /** Only these formula sets, against their rows of the committed file. */
  readonly estimator?: readonly string[] | undefined;
  readonly json: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
}

export async function check(flags: CheckFlags): Promise<ExitCode> {
  const tell = story(flags);
  const file = flags.baseline ?? besideRecords(flags.files);
  const estimators = await chooseEstimators(flags.estimator);
  const { records, accuracy } = judgeAccuracy(recordSources(flags.files, tell, flags.map), estimators);
  if (!comparedAnything({ accuracy })) {
    throw fail('E_NOTHING_COMPARED', {
      detail: `${records.length} records, none with a number that a formula predicts.`,
    });
  }
  const committed = readCommitted(file, flags.update, tell);
  const device = requireOneDevice(records);
  if (committed !== null && committed.device !== device) {
    throw fail('E_OTHER_DEVICE', { found: device, committed: committed.device, file });
  }
  /** Of the sets that were not asked about: kept by `--update`, and nothing that is missing. */
  const others = (committed?.rows ?? []).filter(
    (row) => flags.estimator !== undefined && estimators.every(({ id }) => id !== row.estimator),
  );
  const current = toAccuracyFile([...accuracy, ...others], {
    device,
    sweep: committed?.sweep ?? basename(file, '.accuracy.json'),
    configurations: records.filter(isRead).length,
    ...(committed !== null && { tolerance: committed.tolerance, ledgerTolerances: committed.ledgerTolerances }),
  });
  if (flags.update) {
    tell.say(`wrote ${writeWhole(dirname(file), basename(file), accuracyFileText(current))}`);
    if (flags.json) print(`${JSON.stringify({ written: file })}\n`);
    return EXIT.ok;
  }
  if (committed === null) throw fail('E_ACCURACY_FILE', { file, detail: 'there is none' });
  const comparison = compareAccuracy(current, committed);
  const changes = describe(comparison);
  if (flags.json) print(`${JSON.stringify(comparison)}\n`);
  else print(`${changes.map((line) => `${line}\n`).join('')}${verdict(comparison, file)}\n`);
  return isRegression(comparison) ? EXIT.inaccurate : EXIT.ok;
}

/** Null where `--update` is about to write the first one, or to replace one that cannot be read. */
function readCommitted(file: string, update: boolean, { say }: Story): AccuracyFile | null {
  if (!existsSync(file)) {
    if (update) return null;
    throw fail('E_ACCURACY_FILE', { file, detail: 'there is no such file' });
  }
  try {
    return parseAccuracyFile(readJson(file), file);
  } catch (error) {
    if (!update || !(error instanceof MemproofError)) throw error;
    say(`warning: ${error.message}; it is replaced`);
    return null;
  }
}

/** `…/quickstart.jsonl` → `…/quickstart.accuracy.json`; of a table too. */
function besideRecords(files: readonly string[]): string {
  const [first = ''] = files;
  return `${first.replace(/\.(jsonl|csv)$/, '')}.accuracy.json`;
}

/** Where others measured is no device of memproof's: their origins are told apart row by row. */
function requireOneDevice(records: readonly RecordHead[]): AccuracyFile['device'] {
  const kinds = new Set(
    records.map((record) => (record.outcome === 'external' ? 'external' : record.environment.device.kind)),
  );
  const [kind] = kinds;
  if (kind !== undefined && kinds.size === 1) return kind;
  throw fail('E_USAGE', { detail: 'The records are of several devices; accuracy is kept for each device by itself.' });
}

const describeChange = (word: string, change: AccuracyChange): string =>
  `${word}: ${rowKey(change.current)}: ${change.changes.join('; ')}`;

function describe({ worse, better, added, removed }: AccuracyComparison): string[] {
  return [
    ...worse.map((change) => describeChange('worse', change)),
    ...removed.map((row) => `removed: ${rowKey(row)}`),
    ...better.map((change) => describeChange('better', change)),
    ...added.map((row) => `added: ${rowKey(row)}, median ${errorText(row.medianErrorRatio)}`),
  ];
}

function verdict({ worse, better, added, removed, unchanged }: AccuracyComparison, file: string): string {
  const counts = `${unchanged.length} unchanged, ${worse.length} worse, ${removed.length} removed, ${better.length} better, ${added.length} added`;
  const failed = worse.length + removed.length > 0;
  const advice = better.length + added.length > 0 && !failed ? ' Renew the file with --update to keep the gain.' : '';
  return `${failed ? 'FAILED' : 'ok'}: accuracy against ${file}: ${counts}.${advice}`;
}
