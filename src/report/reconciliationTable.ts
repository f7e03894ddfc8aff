/** The ledgers on a terminal, one below the other, and beside each what leads to the next one. To the byte, hence without units. */
import { firstReadings } from '../accuracy/readings.ts';
import type { JudgedRecord } from '../records/judged.ts';
import type { MeasuredRecord, ReconciliationRow } from '../records/measurement.ts';
import { LEDGERS, QUANTITIES, type Quantity } from '../records/quantity.ts';
import type { Colours } from './scoreboard.ts';
import { WIDTH } from './wrap.ts';

const GAP = '  ';

/** One ledger's reading of one quantity. */
interface Line {
  /** Empty below the first line of a quantity. */
  readonly quantity: string;
  readonly ledger: string;
  readonly bytes: string;
  /** From this ledger to the next; none at the last. Of a witness: how far it is from the ledger that it stands beside. */
  readonly parts: readonly Part[];
}

type Part = Pick<ReconciliationRow, 'bytes'> & { readonly part: string };

type Widths = Readonly<Record<'quantity' | 'ledger' | 'bytes', number>>;

const HEAD: Line = { quantity: 'quantity', ledger: 'ledger', bytes: 'bytes', parts: [] };

/** At most 100 columns wide, one block per configuration. Ends with a newline. */
export function reconciliationText(records: readonly JudgedRecord[], colours: Colours): string {
  const blocks = records
    .filter((record) => record.outcome === 'measured')
    .filter(({ reconciliation }) => reconciliation.length > 0)
    .map((record) => ({ title: titleOf(record), lines: linesOf(record), remarks: remarksOf(record) }));
  if (blocks.length === 0)
    return 'Nothing was reconciled: that takes records of memproof in which two ledgers counted.\n';
  const widths = widthsOf([HEAD, ...blocks.flatMap(({ lines }) => lines)]);
  const head = colours.dim(`${prefix(HEAD, widths)}${GAP}to the next ledger`);
  const texts = blocks.map(({ title, lines, remarks }) =>
    [colours.bold(title), ...lines.map((line) => lineText(line, widths, colours)), ...remarks].join('\n'),
  );
  return `${[head, ...texts].join('\n\n')}\n`;
}

/** The same configuration may have been measured on several devices. */
const titleOf = ({ configId, environment: { device } }: MeasuredRecord): string =>
  `${configId}  ${device.kind} (${device.name})`.slice(0, WIDTH);

function linesOf(record: MeasuredRecord): Line[] {
  const reading = firstReadings(record);
  return QUANTITIES.flatMap((quantity) => {
    const rows = record.reconciliation.filter((row) => row.quantity === quantity);
    const ledgers = LEDGERS.filter((ledger) => rows.some(({ from, to }) => from === ledger || to === ledger));
    const lines = ledgers.map((ledger, index) => ({
      quantity: index === 0 ? quantity : '',
      ledger,
      bytes: String(reading(quantity, ledger)?.bytes ?? '-'),
      parts: rows.filter(({ from, part, bytes }) => from === ledger && (bytes !== 0 || part === 'unexplained')),
    }));
    return [...lines, ...witnessLines(record, quantity, reading(quantity, 'allocated')?.bytes)];
  });
}

/** Somebody else's reading of the same step, beside `allocated`. */
function witnessLines({ witnesses = [] }: MeasuredRecord, quantity: Quantity, allocatedBytes?: number): Line[] {
  return witnesses.flatMap((entry) => {
    if ('reason' in entry || entry.quantity !== quantity || entry.repeat !== 1) return [];
    const { witness, bytes } = entry;
    const apart = allocatedBytes === undefined ? [] : [{ part: 'beyond allocated', bytes: bytes - allocatedBytes }];
    return [{ quantity: '', ledger: witness, bytes: String(bytes), parts: apart }];
  });
}

const remarksOf = ({ witnesses = [] }: MeasuredRecord): string[] =>
  witnesses.flatMap((entry) => ('reason' in entry ? [`${GAP}${entry.reason}`.slice(0, WIDTH).trimEnd()] : []));

function widthsOf(lines: readonly Line[]): Widths {
  const widest = (name: keyof Widths): number => Math.max(...lines.map((line) => line[name].length));
  return { quantity: widest('quantity'), ledger: widest('ledger'), bytes: widest('bytes') };
}

function prefix({ quantity, ledger, bytes }: Line, widths: Widths): string {
  const cells = [quantity.padEnd(widths.quantity), ledger.padEnd(widths.ledger), bytes.padStart(widths.bytes)];
  return `${GAP}${cells.join(GAP)}`;
}

/** Parts that do not fit go on in the next line, below the first of them. */
function lineText(line: Line, widths: Widths, colours: Colours): string {
  const start = prefix(line, widths);
  let text = start;
  let width = start.length;
  for (const part of line.parts) {
    const words = `${signed(part.bytes)} ${part.part}`;
    if (width + GAP.length + words.length > WIDTH) {
      text += `\n${' '.repeat(start.length)}`;
      width = start.length;
    }
    text += `${GAP}${paint(part, colours)(words)}`; // measured before it is painted: colour codes have no width
    width += GAP.length + words.length;
  }
  return text;
}

const signed = (bytes: number): string => (bytes > 0 ? `+${bytes}` : String(bytes));

function paint({ part, bytes }: Part, colours: Colours): (text: string) => string {
  if (part !== 'unexplained') return (text) => text;
  return bytes === 0 ? colours.green : colours.red;
}
