/** The rows of one run that speak of one quantity, put together into a reading. */
import { fail } from '../../errors.ts';
import type { ExternalPart, ExternalReading } from '../external.ts';
import type { Component, Ledger, Quantity } from '../quantity.ts';
import type { PrintedBytes } from './printedBytes.ts';
import type { TableRow } from './table.ts';

type PartName = Component | 'unattributed';

/** Bytes at one point of the step: their sum where a row has it, and parts. */
export interface Series {
  readonly place: Pick<TableRow, 'file' | 'line'>;
  /** What the rows call it, for messages. */
  readonly name: string;
  total: PrintedBytes | null;
  readonly parts: Map<PartName, PrintedBytes>;
}

interface Level {
  readonly total: PrintedBytes;
  readonly parts: readonly ExternalPart[];
}

/** `series`, or what it has more than `before`. */
export function readingOf(
  quantity: Quantity,
  ledger: Ledger,
  series: Series,
  before: Series | undefined,
): ExternalReading {
  const level = levelOf(series);
  const { total, parts } = before === undefined ? level : difference(level, levelOf(before));
  const told = parts.some(({ component }) => component !== 'unattributed');
  return { quantity, ledger, ...total, ...(told && { components: [...parts] }) };
}

/** What the parts leave of the total is `unattributed`; they may be more than it by no more than they were rounded. */
function levelOf({ place, name, total, parts }: Series): Level {
  const named = [...parts].map(([component, printed]) => ({ component, layer: null, ...printed }));
  const sum = addUp(named);
  if (total === null) return { total: sum, parts: named };
  const remainder = total.bytes - sum.bytes;
  const slack = (total.resolutionBytes ?? 0) + (sum.resolutionBytes ?? 0);
  if (named.length === 0 || remainder === 0) return { total, parts: named };
  if (remainder < -slack)
    throw fail('E_TABLE', {
      file: place.file,
      place: `:${place.line}`,
      detail: `the parts of ${name} are ${-remainder} bytes more than its total`,
    });
  return { total, parts: merged([...named, { component: 'unattributed', layer: null, bytes: remainder }]) };
}

function difference(level: Level, before: Level): Level {
  const negative = before.parts.map((part) => ({ ...part, bytes: -part.bytes }));
  const parts = merged([...level.parts, ...negative]).filter(({ bytes }) => bytes !== 0);
  const { bytes } = before.total;
  return { total: addUp([level.total, { ...before.total, bytes: -bytes }]), parts };
}

function merged(parts: readonly ExternalPart[]): ExternalPart[] {
  const names = [...new Set(parts.map(({ component }) => component))];
  return names.map((component) => ({
    component,
    layer: null,
    ...addUp(parts.filter((part) => part.component === component)),
  }));
}

/** Bytes and what may be wrong with them, both added up. */
export function addUp(printed: readonly Pick<ExternalPart, 'bytes' | 'resolutionBytes'>[]): PrintedBytes {
  const bytes = printed.reduce((sum, part) => sum + part.bytes, 0);
  const resolutionBytes = printed.reduce((sum, part) => sum + (part.resolutionBytes ?? 0), 0);
  return resolutionBytes === 0 ? { bytes } : { bytes, resolutionBytes };
}
