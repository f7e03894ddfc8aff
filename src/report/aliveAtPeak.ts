/** <configId>.alive-at-peak.csv: every buffer that is alive at the step's maximum, largest first. Pure. */
import type { StoredBuffer, StoredTimeline } from '../records/timeline.ts';
import { type ByteUnit, formatBytes } from '../units/bytes.ts';
import { type Column, csvText } from './column.ts';
import { stepPeak } from './replay.ts';

export interface AliveRow {
  readonly buffer: StoredBuffer;
  readonly heldBy: readonly string[];
}

export function aliveAtPeak(timeline: StoredTimeline): AliveRow[] {
  const { buffers } = stepPeak(timeline);
  return [...buffers]
    .sort((a, b) => b.requestedBytes - a.requestedBytes) // stable: equals stay in the order in which they were made
    .map((buffer) => ({ buffer, heldBy: timeline.heldAtPeak[buffer.id] ?? [] }));
}

export const ALIVE_AT_PEAK_COLUMNS: readonly Column<AliveRow>[] = [
  { name: 'buffer', type: 'text', meaning: "TensorFlow's allocation id", cell: ({ buffer }) => buffer.id },
  {
    name: 'shape',
    type: 'text',
    meaning: 'dimensions, as `2x8x16`; empty for scratch',
    cell: ({ buffer }) => shapeText(buffer),
  },
  {
    name: 'dtype',
    type: 'text',
    meaning: 'type of the elements; empty for scratch',
    cell: ({ buffer }) => buffer.dtype,
  },
  {
    name: 'bytes',
    type: 'integer',
    meaning: 'what was asked of the allocator',
    cell: ({ buffer }) => buffer.requestedBytes,
  },
  {
    name: 'allocated_bytes',
    type: 'integer',
    meaning: "the allocator's chunk; empty where it does not tell",
    cell: ({ buffer }) => buffer.allocatedBytes,
  },
  { name: 'component', type: 'text', meaning: 'part of the model or the step', cell: ({ buffer }) => buffer.component },
  {
    name: 'layer',
    type: 'integer',
    meaning: 'number of the block, from 0; empty outside',
    cell: ({ buffer }) => buffer.layer,
  },
  {
    name: 'made_by',
    type: 'text',
    meaning: 'kernel that asked for it; `upload` for data from JS',
    cell: ({ buffer }) => buffer.kernel,
  },
  {
    name: 'held_by',
    type: 'text',
    meaning: 'what keeps it beside the operation that ran: variables, the tape; joined by `;`',
    cell: ({ heldBy }) => heldBy.join(';'),
  },
];

export const aliveAtPeakCsv = (rows: readonly AliveRow[]): string => csvText(ALIVE_AT_PEAK_COLUMNS, rows);

const SHOWN = 10;

/** The largest buffers and the sum of the others, for a terminal. */
export function aliveAtPeakText(timeline: StoredTimeline, unit?: ByteUnit): string {
  const { requestedBytes, phase, kernel } = stepPeak(timeline);
  const rows = aliveAtPeak(timeline);
  const rest = rows.slice(SHOWN);
  const restBytes = rest.reduce((sum, { buffer }) => sum + buffer.requestedBytes, 0);
  const lines = rows
    .slice(0, SHOWN)
    .map(({ buffer, heldBy }) => [
      formatBytes(buffer.requestedBytes, unit),
      shapeText(buffer) ?? 'scratch',
      buffer.layer === null ? buffer.component : `${buffer.component} ${buffer.layer}`,
      buffer.kernel,
      heldBy.length === 0 ? '' : `held by ${heldBy[0]}${heldBy.length > 1 ? ` and ${heldBy.length - 1} more` : ''}`,
    ]);
  if (rest.length > 0) lines.push([formatBytes(restBytes, unit), `${rest.length} others`, '', '', '']);
  const head = `alive at the peak, ${formatBytes(requestedBytes, unit)} in ${phase} (${kernel ?? 'start of the step'}):`;
  return `${head}\n${aligned(lines)}`;
}

const shapeText = ({ shape }: StoredBuffer): string | null =>
  shape === null ? null : shape.length === 0 ? 'scalar' : shape.join('x');

function aligned(lines: readonly (readonly string[])[]): string {
  const widths = lines[0]?.map((_, column) => Math.max(...lines.map((cells) => cells[column]?.length ?? 0))) ?? [];
  const pad = (cell: string, column: number): string =>
    column === 0 ? cell.padStart(widths[0] ?? 0) : cell.padEnd(widths[column] ?? 0);
  return lines.map((cells) => `  ${cells.map(pad).join('  ').trimEnd()}`).join('\n');
}
