/** Mark readings of the ledgers → the quantities of the design, and what lies between the ledgers. Pure. */
import type { RunConfig } from '../config/schema.ts';
import { difference } from '../ledgers/breakdown.ts';
import type { Instant, MarkReading } from '../ledgers/ledger.ts';
import type { Mark } from '../records/mark.ts';
import type { ComponentBytes } from '../records/measurement.ts';
import { type Phase, QUANTITIES, type Quantity } from '../records/quantity.ts';
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
  /** The readings at which the maxima of a phase are noted: one for each micro-batch, in order; none where the step has no such phase. */
  phase(phase: Phase): readonly MarkReading[];
  /** Just before the forward pass that m1 ends. */
  beforeLastForward(): MarkReading;
}

type Rule = (step: StepReadings) => QuantityReading;

/** One rule per quantity of a training step. */
const TRAINING = {
  steady: (step) => level(step.at('m0')),
  activations: (step) => between(step.at('m1'), step.beforeLastForward()),
  'forward-peak': (step) => peakOf(step, ['forward']),
  'backward-peak': (step) => peakOf(step, ['backward']),
  'gradients-held': (step) => level(step.at('m2')),
  'optimizer-peak': (step) => peakOf(step, ['optimizer']),
  'step-peak': (step) => peakOf(step, ['forward', 'backward', 'optimizer']),
} as const satisfies Partial<Record<Quantity, Rule>>;

/** And of inference. */
const INFERENCE = {
  steady: (step) => level(step.at('i0')),
  'prefill-peak': (step) => peakOf(step, ['prefill']),
  'inference-peak': (step) => peakOf(step, ['prefill', 'decode']),
} as const satisfies Partial<Record<Quantity, Rule>>;

/** And of inference with a cache. */
const GENERATION = {
  ...INFERENCE,
  'decode-peak': (step) => peakOf(step, ['decode']),
  'kv-cache': (step) => between(step.at('i2'), step.at('i0')),
} as const satisfies Partial<Record<Quantity, Rule>>;

export type TrainingQuantity = 'weights' | keyof typeof TRAINING;
export type MeasuredQuantity = TrainingQuantity | keyof typeof GENERATION;

const inOrder = (rules: Partial<Record<Quantity, Rule>>): MeasuredQuantity[] =>
  QUANTITIES.filter((quantity) => quantity === 'weights' || quantity in rules) as MeasuredQuantity[];

/** Of a training step. `weights` is read once, before the first step. */
export const TRAINING_QUANTITIES = inOrder(TRAINING) as readonly TrainingQuantity[];
/** Of whatever is measured. */
export const MEASURED_QUANTITIES: readonly MeasuredQuantity[] = inOrder({ ...TRAINING, ...GENERATION });

/** What is measured of a step. */
export const quantitiesOf = (step: Pick<RunConfig['step'], 'kind' | 'keyValueCache'>): readonly MeasuredQuantity[] => {
  if (step.kind === 'training') return TRAINING_QUANTITIES;
  return inOrder(step.keyValueCache === 'none' ? INFERENCE : GENERATION);
};

/** What the marks of `step` tell. */
export function quantitiesIn(marks: Marks, step: number): readonly MeasuredQuantity[] {
  const has = (mark: Mark): boolean => marks.has(stepMark(step, mark));
  return quantitiesOf({ kind: has('i0') ? 'inference' : 'training', keyValueCache: has('i2') ? 'concat' : 'none' });
}

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
  const rules: Partial<Record<Quantity, Rule>> = marks.has(stepMark(step, 'i0')) ? GENERATION : TRAINING;
  const rule = rules[quantity];
  if (rule === undefined) throw new Error(`no ${quantity} in such a step`);
  return rule({
    at,
    phase: (phase) => {
      switch (phase) {
        case 'forward':
          return [...earlier('m1'), at('m1')];
        case 'backward':
          return [...earlier('m2'), at('m2')];
        case 'optimizer':
          return [at('m3')]; // the maximum of (m2, m3] is noted at m3
        case 'prefill':
          return [at('i1')];
        case 'decode':
          return marks.has(stepMark(step, 'i2')) ? [at('i2')] : [];
      }
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
