/** What `report`, `check` and `audit` read: records of memproof, and tables of others with a map. */
import { existsSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fail } from '../errors.ts';
import { parseExternalMap } from '../records/externalMap/map.ts';
import { readTables } from '../records/externalMap/readTables.ts';
import { parseTable } from '../records/externalMap/table.ts';
import type { JudgedRecord } from '../records/judged.ts';
import { latestRecords } from '../records/latest.ts';
import { streamRecords } from '../records/store.ts';
import { CSV_FILES } from '../report/csvFiles.ts';
import { readJson, readText } from './files.ts';
import { isPage, recordsOfPage } from './pageRecords.ts';
import type { Story } from './progress.ts';

/** Each of `paths` as a file that is there: of a folder that `run` wrote the records in it. Throws E_FILE_UNREADABLE. */
export const namedFiles = (paths: readonly string[]): string[] =>
  paths.map((path) => {
    const found = statSync(path, { throwIfNoEntry: false });
    if (found === undefined) throw fail('E_FILE_UNREADABLE', { file: path, detail: 'there is no such file' });
    if (!found.isDirectory()) return path;
    const records = join(path, 'records.jsonl');
    if (existsSync(records)) return records;
    throw fail('E_FILE_UNREADABLE', { file: path, detail: 'it is a folder, and there is no records.jsonl in it' });
  });

const isTable = (file: string): boolean => file.endsWith('.csv');

/** Several files are read as one, tables after records; what was set aside or left out is told. `map` is that of all tables. */
export const readAllRecords = (files: readonly string[], tell: Story, map?: string): JudgedRecord[] =>
  latestRecords(recordSources(files, tell, map).map((records) => [...records]));

/** The same, each file of records read when it is asked for. The tables of one map are one source. */
export function recordSources(files: readonly string[], { say }: Story, map?: string): Iterable<JudgedRecord>[] {
  const tables = files.filter(isTable);
  if (map !== undefined && tables.length === 0)
    throw fail('E_USAGE', { detail: '--map is for tables, and no .csv file is given.' });
  const groups = tablesByMap(tables, map);
  return [
    ...files
      .filter((file) => !isTable(file))
      .map((file) =>
        isPage(file) ? recordsOfPage(file) : streamRecords(file, (warning) => say(`warning: ${warning}`)),
      ),
    ...groups.map(([mapFile, ofMap]) => {
      const parsed = ofMap.map((file) => parseTable(readText(file), basename(file)));
      const { records, notes } = readTables(parseExternalMap(readJson(mapFile), mapFile), parsed);
      for (const note of notes) say(`note: ${note}`);
      // Nothing else will be read, and a note may not be seen (--quiet).
      if (records.length === 0 && tables.length === files.length && groups.length === 1)
        throw fail('E_NOTHING_COMPARED', { detail: `${notes.join('; ')}.` });
      return records;
    }),
  ];
}

/** Tables of one map may hold rows of the same runs, so they are read together. */
function tablesByMap(tables: readonly string[], map: string | undefined): [map: string, tables: string[]][] {
  const groups = new Map<string, string[]>();
  for (const table of tables) {
    const mapFile = map ?? besideTable(table);
    groups.set(mapFile, [...(groups.get(mapFile) ?? []), table]);
  }
  return [...groups];
}

/** `…/runs.csv` → `…/runs.map.json`, which has to be there. */
function besideTable(table: string): string {
  const map = table.replace(/\.csv$/, '.map.json');
  if (existsSync(map)) return map;
  if (isOwnOutput(table)) throw fail('E_OWN_OUTPUT', { file: table });
  throw fail('E_TABLE_WITHOUT_MAP', { file: table, map });
}

/** Does `run` or `report` write tables with these columns? Whatever the file is called now. */
function isOwnOutput(table: string): boolean {
  const [header] = readText(table).split(/\r?\n/, 1);
  return CSV_FILES.some(({ file, columns }) => {
    const isNamedSo = basename(table) === file && columns[0] !== undefined && header?.startsWith(columns[0].name);
    return isNamedSo || header === columns.map(({ name }) => name).join(',');
  });
}
