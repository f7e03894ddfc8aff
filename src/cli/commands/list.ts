/** `memproof list WHAT`: what there is, from the lists that the program itself uses. */
import { PRESETS } from '../../config/presets.ts';
import { EXIT, type ExitCode } from '../../errors.ts';
import { ESTIMATORS, SIMULATORS } from '../../estimators/index.ts';
import { LEDGERS, QUANTITIES } from '../../records/quantity.ts';
import { CSV_FILES } from '../../report/csvFiles.ts';
import { loadSweep, sweepNames } from '../selection.ts';
import { print, printText, table } from '../terminal.ts';

const LISTS = {
  estimators: () => [...ESTIMATORS, ...SIMULATORS].map(({ id, title }) => [id, title]),
  quantities: () => QUANTITIES.map((quantity) => [quantity]),
  ledgers: () => LEDGERS.map((ledger) => [ledger]),
  presets: () => Object.keys(PRESETS).map((preset) => [preset]),
  sweeps: () => sweepNames().map((name) => [name, loadSweep(name).description]),
  columns: () => CSV_FILES.flatMap(({ file, columns }) => columns.map(({ name, type }) => [file, name, type])),
} as const satisfies Record<string, () => string[][]>;

export type ListName = keyof typeof LISTS;

export async function list({ what, json }: { what: ListName; json: boolean }): Promise<ExitCode> {
  const rows = LISTS[what]();
  if (json) print(`${JSON.stringify(rows.map((row) => (row.length === 1 ? row[0] : row)))}\n`);
  else printText(table(rows));
  return EXIT.ok;
}
