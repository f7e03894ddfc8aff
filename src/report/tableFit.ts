/** A table of text in a given width: which columns it has room for, and how wide each is. */

export interface TableColumn<Row> {
  readonly title: string;
  readonly alignment: 'left' | 'right';
  readonly text: (row: Row) => string;
  /** Where there is no room, columns go whose number is highest; those without one stay. */
  readonly leavesFirst?: number;
}

export interface FittedColumn<Row, Column extends TableColumn<Row>> {
  readonly column: Column;
  readonly width: number;
}

export const GAP = '  ';
/** Of the first column: a name that is cut further tells nothing. */
const LEAST_NAME_WIDTH = 12;

/** The first column is a name. It gives way only after every column has that may leave. */
export function fitColumns<Row, Column extends TableColumn<Row>>(
  columns: readonly Column[],
  rows: readonly Row[],
  width: number,
): FittedColumn<Row, Column>[] {
  const fitted = columns.map((column) => ({
    column,
    width: rows.reduce((most, row) => Math.max(most, column.text(row).length), column.title.length),
  }));
  while (totalWidth(fitted) > width) {
    const leaving = leavesNext(fitted.map(({ column }) => column));
    if (leaving < 0) break;
    fitted.splice(leaving, 1);
  }
  const [name, ...others] = fitted;
  if (name === undefined) return [];
  const room = Math.max(width - totalWidth(others) - GAP.length, LEAST_NAME_WIDTH);
  return [{ ...name, width: Math.min(name.width, room) }, ...others];
}

/** The index of the column with the highest number; −1 where all stay. */
function leavesNext(columns: readonly TableColumn<never>[]): number {
  const highest = Math.max(...columns.map(({ leavesFirst = -1 }) => leavesFirst));
  return highest < 0 ? -1 : columns.findIndex(({ leavesFirst }) => leavesFirst === highest);
}

/** With a gap before each. */
const totalWidth = (columns: readonly { readonly width: number }[]): number =>
  columns.reduce((sum, { width }) => sum + GAP.length + width, 0);

/** Cut, with an ellipsis, or filled up to `width`. */
export function pad(text: string, { alignment }: Pick<TableColumn<never>, 'alignment'>, width: number): string {
  if (text.length > width) return `${text.slice(0, width - 3)}...`;
  return alignment === 'left' ? text.padEnd(width) : text.padStart(width);
}
