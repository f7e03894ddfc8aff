/** What a field of a map says of one row. */
import type { Field } from './map.ts';
import { cell, cellError, type TableRow } from './table.ts';

type Scalar = string | number | boolean;
type ColumnField = Extract<Field<Scalar>, object>;

/** Null where the row leaves it unsaid: the cell is empty, or translated into null. Text without a translation is itself. */
export function fieldValue<T extends Scalar>(field: Field<T>, row: TableRow): T | string | null {
  if (typeof field !== 'object') return field;
  const text = cellOf(field, row);
  const { values = {}, otherwise } = field;
  const value = Object.hasOwn(values, text) ? values[text] : otherwise;
  if (value !== undefined) return value;
  if (text === '') return null;
  if (field.values === undefined) return text;
  throw cellError(row, columnOf(field), `the map has no value for "${text}"`);
}

const cellOf = ({ column }: Pick<ColumnField, 'column'>, row: TableRow): string =>
  [column]
    .flat()
    .map((name) => cell(row, name))
    .join(', ');

/** Text that no row may leave unsaid. */
export function requiredText(field: Field<string>, row: TableRow): string {
  const value = fieldValue(field, row);
  if (value === null) throw cellError(row, columnOf(field), 'it is empty');
  return value;
}

/** One of the words `allowed`, which no row may leave unsaid. */
export function requiredWord<T extends string>(field: Field<NoInfer<T>>, row: TableRow, allowed: readonly T[]): T {
  const text = requiredText(field, row);
  const word = allowed.find((name) => name === text);
  if (word === undefined) throw cellError(row, columnOf(field), `"${text}" is none of ${allowed.join(', ')}`);
  return word;
}

/** Of a constant there is none, and nothing in a row to mend. */
export const columnOf = (field: Field<Scalar>): string =>
  typeof field === 'object' ? [field.column].flat().join(', ') : '';
