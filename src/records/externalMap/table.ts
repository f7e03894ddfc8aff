/** A CSV table as rows that know their line. */
import { CsvError, parse } from 'csv-parse/sync';
import { fail, type MemproofError } from '../../errors.ts';

export interface TableRow {
  /** Without its folder: the same on every machine. */
  readonly file: string;
  /** Of the file, from 1; the header is line 1. */
  readonly line: number;
  readonly cells: Readonly<Record<string, string>>;
}

export interface Table {
  readonly file: string;
  readonly columns: readonly string[];
  readonly rows: readonly TableRow[];
}

/** Throws E_TABLE where there is no header, a row has another number of cells than the header, or a name stands twice in it. */
export function parseTable(text: string, file: string): Table {
  if (text.replace(/^\uFEFF/, '').trim() === '') throw fail('E_TABLE', { file, place: '', detail: 'it is empty' });
  let columns: string[] = [];
  let parsed: { record: Record<string, string>; info: { lines: number } }[];
  try {
    parsed = parse(text, {
      columns: (header: string[]) => {
        columns = header.map((name) => name.trim());
        return columns;
      },
      bom: true,
      info: true,
      skip_empty_lines: true,
    }) as unknown as typeof parsed;
  } catch (error) {
    throw misshapen(error, file, columns.length);
  }
  const twice = columns.find((name, index) => columns.indexOf(name) !== index);
  if (twice !== undefined)
    throw fail('E_TABLE', { file, place: ':1', detail: `the column "${twice}" stands twice in the header` });
  return { file, columns, rows: parsed.map(({ record, info }) => ({ file, line: info.lines, cells: record })) };
}

/** Rows of another length are said in the words of a table; of quotes that do not close the parser knows best. */
function misshapen(error: unknown, file: string, columnCount: number): MemproofError {
  if (error instanceof CsvError && error.code === 'CSV_RECORD_INCONSISTENT_COLUMNS') {
    const cells = (error['record'] as readonly string[]).length;
    const detail = `it has ${cells} ${cells === 1 ? 'cell' : 'cells'}, and the header has ${columnCount}`;
    return fail('E_TABLE', { file, place: `:${error['lines']}`, detail }, error);
  }
  return fail('E_TABLE', { file, place: '', detail: (error as Error).message }, error);
}

/** The error of one cell. */
export const cellError = ({ file, line }: Pick<TableRow, 'file' | 'line'>, column: string, detail: string) =>
  fail('E_TABLE', { file, place: `:${line}, column "${column}"`, detail });

export const cell = (row: TableRow, column: string): string => (row.cells[column] ?? '').trim();
