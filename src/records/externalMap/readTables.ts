/** Tables and a map → external records, in the order in which their runs first appear. */
import { canonicalJson, configId } from '../../config/configId.ts';
import { CONFIG_PATHS } from '../../config/schema.ts';
import { fail } from '../../errors.ts';
import { type ExternalReading, type ExternalRecord, externalInconsistency } from '../external.ts';
import { RECORD_VERSION } from '../measurement.ts';
import { LEDGERS, type Ledger, type Quantity } from '../quantity.ts';
import { requiredWord } from './field.ts';
import { type ExternalMap, mappedColumns, PARTS, type ReadingMap, type RowFilter } from './map.ts';
import { PRINTED_FORMS, printedBytes } from './printedBytes.ts';
import { type RunOfRow, runOfRow } from './run.ts';
import { addUp, readingOf, type Series } from './series.ts';
import { cell, cellError, type Table, type TableRow } from './table.ts';

export interface ReadTables {
  readonly records: readonly ExternalRecord[];
  /** What was not read, one sentence each. To be shown, never to be swallowed. */
  readonly notes: readonly string[];
}

/** A quantity of one run, as the map means it. */
interface Meaning {
  readonly quantity: Quantity;
  readonly minus?: string;
}

interface Run {
  readonly run: RunOfRow;
  readonly first: TableRow;
  /** By number of the reading in the map, ledger and what the rows call the quantity. */
  readonly series: Map<string, { readonly index: number; readonly ledger: Ledger; readonly series: Series }>;
}

export function readTables(map: ExternalMap, tables: readonly Table[]): ReadTables {
  const columns = mappedColumns(map);
  for (const table of tables) requireColumns(table, columns);
  const runs = new Map<string, Run>();
  const notes: string[] = [];
  for (const table of tables) {
    const rows = table.rows.filter((row) => passes(map.where, row));
    for (const row of rows) addRow(runs, map, row);
    notes.push(...notesOn(table, rows.length, columns));
  }
  return { records: [...runs.values()].map((run) => recordOf(map, run)), notes };
}

function requireColumns({ file, columns }: Table, wanted: ReadonlySet<string>): void {
  const missing = [...wanted].filter((column) => !columns.includes(column));
  if (missing.length > 0)
    throw fail('E_TABLE', {
      file,
      place: ':1',
      detail: `it has no column ${quoted(missing)}; it has ${quoted(columns)}`,
    });
}

const quoted = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(', ');

function passes(where: ExternalMap['where'], row: TableRow): boolean {
  if (where === undefined) return true;
  return (Array.isArray(where) ? where : [where]).some((filter) => passesAll(filter, row));
}

const passesAll = (filter: RowFilter, row: TableRow): boolean =>
  Object.entries(filter).every(([column, texts]) =>
    Array.isArray(texts) ? texts.includes(cell(row, column)) : !texts.not.includes(cell(row, column)),
  );

function notesOn({ file, columns, rows }: Table, readCount: number, mapped: ReadonlySet<string>): string[] {
  const leftOut = rows.length - readCount;
  const unread = columns.filter((column) => !mapped.has(column) && !CONFIG_PATHS.includes(column));
  return [
    ...(rows.length === 0 ? [`${file}: no rows below the header`] : []),
    ...(leftOut > 0 ? [`${file}: ${leftOut} of ${rows.length} rows left out by the map's filter (where)`] : []),
    ...(unread.length > 0 ? [`${file}: columns that the map does not read: ${unread.join(', ')}`] : []),
  ];
}

function addRow(runs: Map<string, Run>, map: ExternalMap, row: TableRow): void {
  const run = runOfRow(map, row);
  const key = canonicalJson(run);
  const known = runs.get(key) ?? { run, first: row, series: new Map() };
  runs.set(key, known);
  for (const [index, reading] of map.readings.entries()) addReading(known, index, reading, row);
}

function addReading({ series }: Run, index: number, reading: ReadingMap, row: TableRow): void {
  const text = cell(row, reading.bytes.column);
  if (text === '') return;
  const printed = printedBytes(text, reading.bytes.unit);
  if (printed === null)
    throw cellError(row, reading.bytes.column, `"${text}" is no number of ${reading.bytes.unit}: ${PRINTED_FORMS}`);
  const ledger = requiredWord(reading.ledger, row, LEDGERS);
  const name = nameOf(reading, row);
  const key = JSON.stringify([index, ledger, name]);
  const known = series.get(key) ?? { index, ledger, series: { place: row, name, total: null, parts: new Map() } };
  series.set(key, known);
  const component = componentOf(reading, row);
  if (component !== 'total') {
    const before = known.series.parts.get(component);
    known.series.parts.set(component, before === undefined ? printed : addUp([before, printed]));
  } else if (known.series.total === null) known.series.total = printed;
  else {
    const detail = `another row of the same run gives ${name}; a condition, a configuration key or a filter has to tell them apart`;
    throw cellError(row, reading.bytes.column, detail);
  }
}

function componentOf({ component }: ReadingMap, row: TableRow) {
  return component === undefined ? 'total' : requiredWord(component, row, PARTS);
}

/** What the row calls its quantity. */
const nameOf = ({ quantity }: ReadingMap, row: TableRow): string =>
  typeof quantity === 'string' ? quantity : cell(row, quantity.column);

/** Null for rows that only others are measured against. */
function meaningOf({ quantity }: ReadingMap, { name, place }: Series): Meaning | null {
  if (typeof quantity === 'string') return { quantity };
  const value = quantity.values[name];
  if (value === undefined) throw cellError(place, quantity.column, `the map has no quantity for "${name}"`);
  return typeof value === 'string' ? { quantity: value } : value;
}

function recordOf(map: ExternalMap, { run, first, series }: Run): ExternalRecord {
  const { file, line } = first;
  const readings = [...series.values()].flatMap(({ index, ledger, series: own }): ExternalReading[] => {
    const reading = map.readings[index] as ReadingMap;
    const meaning = meaningOf(reading, own);
    if (meaning === null) return [];
    const before = meaning.minus === undefined ? undefined : series.get(JSON.stringify([index, ledger, meaning.minus]));
    if (meaning.minus !== undefined && before === undefined)
      throw fail('E_TABLE', {
        file: own.place.file,
        place: `:${own.place.line}`,
        detail: `${own.name} is less ${meaning.minus}, and the run has no row of that`,
      });
    return [readingOf(meaning.quantity, ledger, own, before?.series)];
  });
  if (readings.length === 0)
    throw fail('E_TABLE', { file, place: `:${line}`, detail: 'the run that begins here has no reading' });
  const record: ExternalRecord = {
    outcome: 'external',
    version: RECORD_VERSION,
    configId: configId(run.configuration),
    ...run,
    provenance: { ...map.provenance, file, line },
    readings,
  };
  const twice = readings.find(({ quantity, ledger }, index) =>
    readings.slice(0, index).some((other) => other.quantity === quantity && other.ledger === ledger),
  );
  const wrong =
    twice === undefined ? externalInconsistency(record) : `${twice.quantity} in ${twice.ledger} is read twice`;
  if (wrong !== null) throw fail('E_TABLE', { file, place: `:${line}`, detail: wrong });
  return record;
}
