/** A CSV file as a list of columns: name, meaning and value stand together, so that they cannot drift apart. */
import { stringify } from 'csv-stringify/sync';
import { CONFIG_PATHS, type RunConfig, valueAt } from '../config/schema.ts';

/** Names and order of all columns are a contract; any change of either raises this number. docs/csv.md tells the story. */
export const CSV_VERSION = 3;

/** Null is an empty cell. */
export type Cell = string | number | boolean | null;

export interface Column<Row> {
  readonly name: string;
  readonly meaning: string;
  readonly cell: (row: Row) => Cell;
}

/** One column per key of a configuration, named by its dotted path. */
export const configurationColumns = <Row>(configurationOf: (row: Row) => RunConfig): Column<Row>[] =>
  CONFIG_PATHS.map((path) => ({
    name: path,
    meaning: 'key of the configuration',
    cell: (row) => valueAt(configurationOf(row), path) ?? null,
  }));

/** `mask=add;logitsHeld=false` */
export const conditionsText = (conditions: Readonly<Record<string, string>>): string =>
  Object.entries(conditions)
    .map(([name, value]) => `${name}=${value}`)
    .join(';');

/** Header and rows, each ended by a newline. Text that a spreadsheet would run as a formula gets a leading apostrophe. */
export function csvText<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const header = columns.map(({ name }) => name);
  const body = rows.map((row) => columns.map(({ cell }) => cell(row)));
  return stringify([header, ...body], { escape_formulas: true, cast: { boolean: String } });
}
