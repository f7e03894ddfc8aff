/** Mark readings of the ledgers → the quantities of the design, and what lies between the ledgers. Pure. */
import { difference } from '../ledgers/breakdown.ts';
import type { Instant, MarkReading } from '../ledgers/ledger.ts';
import type { ComponentBytes } from '../records/measurement.ts';
import type { Phase, Quantity } from '../records/quantity.ts';
import type { Mark } from '../training/step.ts';
import { START, stepMark, WEIGHTS } from './marks.ts';

/** A quantity as one ledger reads it in one step. */
export interface QuantityReading {
  readonly bytes: number;
  /** The instant at which `bytes` was read: parts of the level, or of the difference of two levels. */
  readonly instant: Instant;
  /** For peaks that were looked for and not counted. */
  readonly lowerBound?: true;
  /** For peaks only. */
  readonly peak?: { readonly phase: Phase; readonly kernel: string; readonly component?: ComponentBytes['component'] };
}

export type Marks = ReadonlyMap<string, MarkReading>;

/** One rule per quantity; `weights` is read once, before the first step. */
const RULES = {
  weights: (find) => between(find(WEIGHTS), find(START)),
  steady: (find, at) => level(find(at('m0'))),
  activations: (find, at) => between(find(at('m1')), find(at('m0'))),
  'forward-peak': (find, at) => peak('forward', find(at('m1'))), // the maximum of (m0, m1] is noted at m1
  'backward-peak': (find, at) => peak('backward', find(at('m2'))),
  'gradients-held': (find, at) => level(find(at('m2'))),
  'optimizer-peak': (find, at) => peak('optimizer', find(at('m3'))),
  'step-peak': (find, at) =>
    [peak('forward', find(at('m1'))), peak('backward', find(at('m2'))), peak('optimizer', find(at('m3')))].reduce(
      (best, other) => (other.bytes > best.bytes ? other : best),
    ), // the first of the highest
} as const satisfies Partial<Record<Quantity, Rule>>;

type Rule = (find: (mark: string) => MarkReading, at: (mark: Mark) => string) => QuantityReading;

export type MeasuredQuantity = keyof typeof RULES;
export const MEASURED_QUANTITIES = Object.keys(RULES) as MeasuredQuantity[];

/** Reads a quantity in `step`. Throws if a mark is missing. */
export function readQuantity(quantity: MeasuredQuantity, marks: Marks, step: number): QuantityReading {
  const find = (mark: string): MarkReading => {
    const reading = marks.get(mark);
    if (reading === undefined) throw new Error(`no mark ${mark}`);
    return reading;
  };
  return RULES[quantity](find, (mark) => stepMark(step, mark));
}

export const byMark = (readings: readonly MarkReading[]): Marks =>
  new Map(readings.map((reading) => [reading.mark, reading]));

function level({ levelBytes, level: instant }: MarkReading): QuantityReading {
  return { bytes: levelBytes, instant };
}

function peak(phase: Phase, reading: MarkReading): QuantityReading {
  const { peakBytes, peakIsLowerBound, peakKernel, peakComponent, peak: instant } = reading;
  const component = peakComponent == null ? {} : { component: peakComponent };
  return {
    bytes: peakBytes,
    instant,
    ...(peakIsLowerBound && { lowerBound: true }),
    peak: { phase, kernel: peakKernel ?? 'unknown', ...component },
  };
}

/** The change of a level from one mark to another, part by part. */
function between(after: MarkReading, before: MarkReading): QuantityReading {
  const [to, from] = [after.level, before.level];
  const names = Object.keys(to.parts ?? {}) as (keyof NonNullable<Instant['parts']>)[];
  const parts = Object.fromEntries(names.map((name) => [name, (to.parts?.[name] ?? 0) - (from.parts?.[name] ?? 0)]));
  return {
    bytes: after.levelBytes - before.levelBytes,
    instant: {
      ...(to.components !== undefined && { components: difference(to.components, from.components ?? []) }),
      ...(to.belowBytes !== undefined && { belowBytes: to.belowBytes - (from.belowBytes ?? 0) }),
      ...(to.parts !== undefined && { parts }),
    },
  };
}
