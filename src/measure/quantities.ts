/** Mark readings of the ledgers → the quantities of the design, and what lies between the ledgers. Pure. */
import { difference } from '../ledgers/breakdown.ts';
import type { Instant, MarkReading } from '../ledgers/ledger.ts';
import type { Mark } from '../records/mark.ts';
import type { ComponentBytes } from '../records/measurement.ts';
import { PHASES, type Phase, type Quantity } from '../records/quantity.ts';
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

/** The readings of one step. */
interface StepReadings {
  at(mark: Mark): MarkReading;
  /** The readings at which the maxima of a phase are noted: one for each micro-batch, in order. */
  phase(phase: Phase): readonly MarkReading[];
  /** Just before the forward pass that m1 ends. */
  beforeLastForward(): MarkReading;
}

/** One rule per quantity of a step. */
const RULES = {
  steady: (step) => level(step.at('m0')),
  activations: (step) => between(step.at('m1'), step.beforeLastForward()),
  'forward-peak': (step) => peakOf(step, ['forward']),
  'backward-peak': (step) => peakOf(step, ['backward']),
  'gradients-held': (step) => level(step.at('m2')),
  'optimizer-peak': (step) => peakOf(step, ['optimizer']),
  'step-peak': (step) => peakOf(step, PHASES),
} as const satisfies Partial<Record<Quantity, (step: StepReadings) => QuantityReading>>;

export type MeasuredQuantity = 'weights' | keyof typeof RULES;
/** `weights` is read once, before the first step. */
export const MEASURED_QUANTITIES: readonly MeasuredQuantity[] = [
  'weights',
  ...(Object.keys(RULES) as (keyof typeof RULES)[]),
];

/** Reads a quantity in `step`. Throws if a mark is missing. */
export function readQuantity(quantity: MeasuredQuantity, marks: Marks, step: number): QuantityReading {
  const find = (mark: string): MarkReading => {
    const reading = marks.get(mark);
    if (reading === undefined) throw new Error(`no mark ${mark}`);
    return reading;
  };
  if (quantity === 'weights') return between(find(WEIGHTS), find(START));
  const at = (mark: Mark): MarkReading => find(stepMark(step, mark));
  /** Those of the micro-batches before the last, in order. */
  const earlier = (mark: 'm1' | 'm2'): MarkReading[] => {
    const prefix = `${stepMark(step, mark)}.`;
    return [...marks.values()].filter((reading) => reading.mark.startsWith(prefix));
  };
  return RULES[quantity]({
    at,
    phase: (phase) => {
      if (phase === 'optimizer') return [at('m3')]; // the maximum of (m2, m3] is noted at m3
      const mark = phase === 'forward' ? 'm1' : 'm2';
      return [...earlier(mark), at(mark)];
    },
    beforeLastForward: () => earlier('m2').at(-1) ?? at('m0'),
  });
}

export const byMark = (readings: readonly MarkReading[]): Marks =>
  new Map(readings.map((reading) => [reading.mark, reading]));

function level({ levelBytes, level: instant }: MarkReading): QuantityReading {
  return { bytes: levelBytes, instant };
}

/** The first of the highest. */
function peakOf(step: StepReadings, phases: readonly Phase[]): QuantityReading {
  const peaks = phases.flatMap((phase) => step.phase(phase).map((reading) => peak(phase, reading)));
  return peaks.reduce((best, other) => (other.bytes > best.bytes ? other : best));
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
