/** A CSV file as a list of columns: name, meaning and value stand together, so that they cannot drift apart. */
import { stringify } from 'csv-stringify/sync';
import type { z } from 'zod';
import { CONFIG_PATHS, type RunConfig, runConfigSchema, valueAt } from '../config/schema.ts';
import { KEY_MEANINGS } from './keyMeanings.ts';
import { plainCell } from './plainLine.ts';

/** Names and order of all columns are a contract; any change of either raises this number. docs/csv.md tells the story. */
export const CSV_VERSION = 2;

/** Null is an empty cell. */
export type Cell = string | number | boolean | null;

/** What the cells of a column are, where they are not empty. `integer` is exact to 2^53, `text` may look like a number and is none. */
interface CellTypes {
  readonly text: Cell;
  readonly integer: number;
  readonly number: number;
  readonly boolean: boolean;
}
export type ColumnType = keyof CellTypes;

interface ColumnOf<Row, Type extends ColumnType> {
  readonly name: string;
  readonly type: Type;
  readonly meaning: string;
  readonly cell: (row: Row) => CellTypes[Type] | null;
}

export type Column<Row> = { [Type in ColumnType]: ColumnOf<Row, Type> }[ColumnType];

/** One column per key of a configuration, named by its dotted path. */
export const configurationColumns = <Row>(configurationOf: (row: Row) => RunConfig): Column<Row>[] =>
  CONFIG_PATHS.map((path) =>
    columnOf({
      name: path,
      type: typeOfKey(path),
      meaning: KEY_MEANINGS[path] ?? '',
      cell: (row: Row) => valueAt(configurationOf(row), path) ?? null,
    }),
  );

/** A column of which the schema knows the type, and the compiler does not. */
export const columnOf = <Row>(column: {
  readonly name: string;
  readonly type: ColumnType;
  readonly meaning: string;
  readonly cell: (row: Row) => Cell;
}): Column<Row> => column as Column<Row>;

function typeOfKey(path: string): ColumnType {
  const [section = '', key = ''] = path.split('.');
  const shape = runConfigSchema.shape[section as keyof RunConfig].shape as Readonly<Record<string, z.core.$ZodType>>;
  return typeOf(shape[key]);
}

/** Of the values that a schema takes, null aside. */
export function typeOf(schema: z.core.$ZodType | undefined): ColumnType {
  const def = (schema as z.core.$ZodTypes | undefined)?._zod.def;
  switch (def?.type) {
    case 'nullable':
    case 'optional':
    case 'default':
      return typeOf(def.innerType);
    case 'union':
      return typeOf(def.options[0]);
    case 'literal':
      return typeof def.values[0] === 'number' ? 'integer' : 'text';
    case 'boolean':
      return 'boolean';
    case 'number':
      return 'format' in def && def.format === 'safeint' ? 'integer' : 'number';
    default:
      return 'text';
  }
}

/** `mask=add;logitsHeld=false` */
export const conditionsText = (conditions: Readonly<Record<string, string>>): string =>
  Object.entries(conditions)
    .map(([name, value]) => `${name}=${value}`)
    .join(';');

/**
 * Header and rows, each ended by a newline. Text that a spreadsheet would run as a formula gets a leading apostrophe; characters that a
 * terminal would obey are named.
 */
export function csvText<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const header = columns.map(({ name }) => name);
  const body = rows.map((row) => columns.map(({ cell }) => cell(row)));
  return stringify([header, ...body], { escape_formulas: true, cast: { boolean: String, string: plainCell } });
}
