/** report.html: the page of a judgement, with the timelines that lie beside its records. */
import { basename, relative, resolve } from 'node:path';
import type { Judgement } from '../accuracy/judge.ts';
import { isOwn } from '../records/judged.ts';
import { labelOf } from '../report/html/labels.ts';
import type { NamedTimeline } from '../report/html/timelinePlot.ts';
import { wholePeakOf } from '../report/peakOf.ts';
import { writeWhole } from './files.ts';
import { timelinesOf } from './timelines.ts';

const FILE = 'report.html';

/** The page has room for the steps with the highest peaks. */
const MOST_TIMELINES = 4;

/** `files`: the records.jsonl files that were read. Returns the path. What draws is loaded here, by nobody else. */
export async function writeReportPage(folder: string, judgement: Judgement, files: readonly string[]): Promise<string> {
  const { htmlReport } = await import('../report/html/page.ts');
  const command = typedCommand(process.argv.slice(2), process.cwd());
  const text = await htmlReport({ judgement, command, timelines: highestTimelines(judgement, files) });
  return writeWhole(folder, FILE, text);
}

function highestTimelines({ records }: Judgement, files: readonly string[]): NamedTimeline[] {
  const highestFirst = records
    .filter(isOwn)
    .map((record) => ({ record, bytes: wholePeakOf(record)?.bytes ?? 0 }))
    .sort((a, b) => b.bytes - a.bytes);
  const found: NamedTimeline[] = [];
  for (const { record } of highestFirst) {
    const [timeline] = timelinesOf(files, [record]);
    if (timeline !== undefined && timeline.events.length > 0) found.push({ name: labelOf(record), timeline });
    if (found.length === MOST_TIMELINES) break;
  }
  return found;
}

/** For a shell. A path of this machine is no use to a reader: what lies below the working folder is said from there, the rest by name. */
export function typedCommand(words: readonly string[], workingFolder: string): string {
  const said = words.map((word) => {
    const [, flag = '', path] = /^(--[\w-]+=|-\w)?(\/.*|\.\.\/.*)$/s.exec(word) ?? [];
    return path === undefined ? word : flag + withoutMachine(path, workingFolder);
  });
  return ['npx memproof', ...said.map(quoted)].join(' ');
}

function withoutMachine(path: string, workingFolder: string): string {
  const below = relative(workingFolder, resolve(workingFolder, path));
  return below.startsWith('..') ? basename(path) : below === '' ? '.' : below;
}

const quoted = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);
