/** The data dictionary of the CSV files: the tables of docs/csv.md, made of the columns themselves. */
import { CONFIG_PATHS } from '../config/schema.ts';
import { type ColumnType, configurationColumns } from './column.ts';
import { CSV_FILES } from './csvFiles.ts';
import { left, markdownTable } from './markdown.ts';

type Described = Readonly<Record<'name' | 'meaning', string>> & { readonly type: ColumnType };

const CONFIGURATION_SECTION = 'Configuration columns';

/** `page` with the first table of each file's section made anew; everything else stays. Throws where a section or its table is missing. */
export function withDictionary(page: string): string {
  const sections: readonly (readonly [title: string, columns: readonly Described[]])[] = [
    ...CSV_FILES.map(({ file, columns }) => [file, columns] as const),
    [CONFIGURATION_SECTION, configurationColumns(() => NO_CONFIGURATION)],
  ];
  return sections.reduce((text, [title, columns]) => withTable(text, title, columns), page);
}

/** Only names and meanings are asked for. */
const NO_CONFIGURATION = {} as never;

function withTable(page: string, title: string, columns: readonly Described[]): string {
  const start = page.indexOf(`\n## ${title}\n`);
  const table = /^\| column \|.*\n(?:\|.*\n)*/gm;
  table.lastIndex = start < 0 ? page.length : start;
  const found = table.exec(page);
  if (found === null) throw new Error(`docs/csv.md has no table below "## ${title}"`);
  const shown = title === CONFIGURATION_SECTION ? rowsOf(columns) : withoutConfiguration(columns);
  const made = markdownTable([left('column'), left('type'), left('meaning')], shown);
  return `${page.slice(0, found.index)}${made}\n${page.slice(found.index + found[0].length)}`;
}

/** The configuration columns have a table of their own. */
function withoutConfiguration(columns: readonly Described[]): string[][] {
  const first = columns.findIndex(({ name }) => CONFIG_PATHS.includes(name));
  const others = columns.filter(({ name }) => !CONFIG_PATHS.includes(name));
  const rows = rowsOf(others);
  const pointer = ['configuration columns', '', 'see [below](#configuration-columns)'];
  return first < 0 ? rows : [...rows.slice(0, first), pointer, ...rows.slice(first)];
}

const rowsOf = (columns: readonly Described[]): string[][] =>
  columns.map(({ name, type, meaning }) => [`\`${name}\``, type, meaning]);
