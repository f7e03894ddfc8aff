/** Timelines on disk, beside the records that they belong to, and what is rendered from them. */

import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describeConfig } from '../config/describe.ts';
import { toMemproofError } from '../errors.ts';
import type { MeasurementRecord } from '../records/measurement.ts';
import { hasReading, type StoredTimeline, timelineSchema } from '../records/timeline.ts';
import { aliveAtPeak, aliveAtPeakCsv, aliveAtPeakText } from '../report/aliveAtPeak.ts';
import { traceText } from '../report/trace.ts';
import type { TimelineShelf } from '../runner/sweep.ts';
import type { ByteUnit } from '../units/bytes.ts';
import { readJson, writeWhole } from './files.ts';
import type { Format } from './formats.ts';
import type { Story } from './progress.ts';

const FOLDER = 'timelines';

/** Keeps timelines beside `folder`/records.jsonl. */
export const timelineShelf = (folder: string): TimelineShelf => ({
  missing(record) {
    const found = hasReading(record, 'requested') ? readTimeline([folder], record) : null;
    return found !== null && 'reason' in found ? found.reason : null;
  },
  keep(timeline) {
    writeWhole(join(folder, FOLDER), `${timeline.configId}.json`, `${JSON.stringify(timeline)}\n`);
  },
});

/** The timeline of a record in one of the folders, or why there is none. */
function readTimeline(folders: readonly string[], record: MeasurementRecord): StoredTimeline | { reason: string } {
  if (!hasReading(record, 'requested')) return { reason: 'the ledger requested has no reading' };
  let reason = 'it has no timeline';
  for (const folder of folders) {
    const file = join(folder, FOLDER, `${record.configId}.json`);
    if (!existsSync(file)) continue;
    const timeline = parseTimeline(file);
    if (timeline === null) reason = 'its timeline cannot be read';
    else if (timeline.startedAt === record.startedAt) return timeline;
    else reason = 'its timeline is of another measurement';
  }
  return { reason };
}

/** Those of `records` that lie beside `files`, the records.jsonl files that were read. */
export const timelinesOf = (files: readonly string[], records: readonly MeasurementRecord[]): StoredTimeline[] =>
  records.flatMap((record) => {
    const found = readTimeline(foldersOf(files), record);
    return 'reason' in found ? [] : [found];
  });

const foldersOf = (files: readonly string[]): string[] => [...new Set(files.map((file) => dirname(file)))];

/** Null if the file is damaged or of another version. */
function parseTimeline(file: string): StoredTimeline | null {
  try {
    return timelineSchema.safeParse(readJson(file)).data ?? null;
  } catch (error) {
    if (toMemproofError(error).code === 'E_NOT_JSON') return null;
    throw error;
  }
}

export interface TimelineReport {
  /** records.jsonl files; timelines are looked for beside them. */
  readonly files: readonly string[];
  readonly records: readonly MeasurementRecord[];
  readonly formats: ReadonlySet<Format>;
  /** Null: nothing is written. */
  readonly output: string | null;
  readonly unit?: ByteUnit | undefined;
  /** Gets a text of what is alive at each peak. */
  readonly show: ((text: string) => void) | null;
}

/** Writes what is rendered from timelines and returns the files. */
export function reportTimelines(
  { files, records, formats, output, unit, show }: TimelineReport,
  tell: Story,
): string[] {
  const folders = foldersOf(files);
  return records.flatMap((record) => {
    const timeline = readTimeline(folders, record);
    if ('reason' in timeline) {
      if (formats.has('trace')) tell.say(`no trace of ${describeConfig(record.configuration)}: ${timeline.reason}`);
      return [];
    }
    const title = describeConfig(record.configuration);
    show?.(`\n${title}: ${aliveAtPeakText(timeline, unit)}\n`);
    if (output === null) return [];
    const name = fileName(record, records);
    return [
      ...(formats.has('csv')
        ? [writeWhole(output, `${name}.alive-at-peak.csv`, aliveAtPeakCsv(aliveAtPeak(timeline)))]
        : []),
      ...(formats.has('trace') ? [writeWhole(output, `${name}.trace.json`, traceText(timeline, title))] : []),
    ];
  });
}

/** Records of one configuration from several environments must not overwrite each other. */
function fileName({ configId, environmentHash }: MeasurementRecord, records: readonly MeasurementRecord[]): string {
  const alone = records.filter((record) => record.configId === configId).length === 1;
  return alone ? configId : `${configId}-${environmentHash}`;
}
