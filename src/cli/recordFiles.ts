/** What `report`, `check` and `audit` read: records of memproof, and tables of others with a map. */
import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { fail } from '../errors.ts';
import { parseExternalMap } from '../records/externalMap/map.ts';
import { readTables } from '../records/externalMap/readTables.ts';
import { parseTable } from '../records/externalMap/table.ts';
import type { JudgedRecord } from '../records/judged.ts';
import { latestRecords } from '../records/latest.ts';
import { streamRecords } from '../records/store.ts';
import { readJson, readText } from './files.ts';
import type { Story } from './progress.ts';

const isTable = (file: string): boolean => file.endsWith('.csv');

/** Several files are read as one, tables after records; what was set aside or left out is told. `map` is that of all tables. */
export const readAllRecords = (files: readonly string[], tell: Story, map?: string): JudgedRecord[] =>
  latestRecords(recordSources(files, tell, map).map((records) => [...records]));

/** The same, each file of records read when it is asked for. The tables of one map are one source. */
export function recordSources(files: readonly string[], { say }: Story, map?: string): Iterable<JudgedRecord>[] {
  const tables = files.filter(isTable);
  if (map !== undefined && tables.length === 0)
    throw fail('E_USAGE', { detail: '--map is for tables, and no .csv file is given.' });
  return [
    ...files
      .filter((file) => !isTable(file))
      .map((file) => streamRecords(file, (warning) => say(`warning: ${warning}`))),
    ...tablesByMap(tables, map).map(([mapFile, ofMap]) => {
      const parsed = ofMap.map((file) => parseTable(readText(file), basename(file)));
      const { records, notes } = readTables(parseExternalMap(readJson(mapFile), mapFile), parsed);
      for (const note of notes) say(`note: ${note}`);
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
  throw fail('E_TABLE_WITHOUT_MAP', { file: table, map });
}
