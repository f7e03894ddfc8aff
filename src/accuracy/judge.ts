/** The whole judgement of records: pure, so that the same records give the same bytes on every machine. */
import type { Estimator } from '../estimators/estimator.ts';
import { externalHead } from '../records/external.ts';
import type { JudgedRecord } from '../records/judged.ts';
import { latestPerConfiguration, latestRecords, type RecordHead } from '../records/latest.ts';
import { type BaselineRow, baselineRows } from './baseline/row.ts';
import { type GroupedAccuracyRow, scoreByKeys } from './byKey.ts';
import { type ComparisonRow, compareRecords, forEachTotal } from './compare.ts';
import { type AccuracyRow, scoreAccuracy } from './score.ts';
import { Tally } from './tally.ts';

/** What every report is made of. */
export interface Judgement {
  readonly records: readonly JudgedRecord[];
  readonly estimators: readonly Estimator[];
  readonly comparisons: readonly ComparisonRow[];
  readonly accuracy: readonly AccuracyRow[];
  /** Keys whose values are looked at one by one: dotted paths. */
  readonly by: readonly string[];
  readonly groupedAccuracy: readonly GroupedAccuracyRow[];
}

export function judge(
  records: readonly JudgedRecord[],
  estimators: readonly Estimator[],
  by: readonly string[] = [],
): Judgement {
  const comparisons = compareRecords(records, estimators);
  const accuracy = scoreAccuracy(comparisons);
  return { records, estimators, comparisons, accuracy, by, groupedAccuracy: scoreByKeys(comparisons, by) };
}

/** What an accuracy file is made of. */
export interface BaselineJudgement {
  /** Of every configuration and environment the record that counts. */
  readonly latest: readonly RecordHead[];
  /** Of these one per configuration: what was judged. */
  readonly records: readonly RecordHead[];
  readonly accuracy: readonly BaselineRow[];
}

/**
 * The accuracy alone, of records that are read one by one and let go; the same as `judge` of one record per configuration, the one that
 * was started last. `files` are read as one.
 */
export function judgeAccuracy(
  files: readonly Iterable<JudgedRecord>[],
  estimators: readonly Estimator[],
): BaselineJudgement {
  const tally = new Tally();
  const heads: RecordHead[] = [];
  const ofFiles = files.map((records) => {
    const first = heads.length;
    for (const record of records) {
      const owner = heads.length;
      forEachTotal(record, estimators, (total) => tally.count(total, owner));
      heads.push(headOf(record));
    }
    return heads.slice(first);
  });
  const latest = latestRecords(ofFiles);
  const records = latestPerConfiguration(latest);
  const counts = new Set(records);
  return { latest, records, accuracy: baselineRows(tally, (owner) => counts.has(heads[owner] as RecordHead)) };
}

/** What is still asked of a record after it has passed by; nothing of it holds on to the rest. */
function headOf(record: JudgedRecord): RecordHead {
  if (record.outcome === 'external') return externalHead(record);
  const { configId, environment, environmentHash, startedAt, outcome } = record;
  return {
    configId,
    environment: { device: environment.device, tensorflow: environment.tensorflow },
    environmentHash,
    startedAt,
    outcome,
  };
}

/** Was any prediction compared with any measurement? */
export const comparedAnything = ({ accuracy }: Pick<Judgement, 'accuracy'>): boolean => accuracy.length > 0;
