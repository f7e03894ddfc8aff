/** The published tables of this repository as records, read as the command line reads them. */
import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import type { ExternalRecord } from '../../src/records/external.ts';
import { parseExternalMap } from '../../src/records/externalMap/map.ts';
import { readTables } from '../../src/records/externalMap/readTables.ts';
import { parseTable } from '../../src/records/externalMap/table.ts';

const published = (name: string): string =>
  readFileSync(new URL(`../../results/published/${name}`, import.meta.url), 'utf8');

export function publishedRecords(name: string): readonly ExternalRecord[] {
  const map = parseExternalMap(JSON.parse(published(`${name}.map.json`)), name);
  return readTables(map, [parseTable(published(`${name}.csv`), `${name}.csv`)]).records;
}

/** The cells as they stand in the file. */
export const publishedRows = (name: string): Record<string, string>[] =>
  parse(published(`${name}.csv`), { columns: true });
