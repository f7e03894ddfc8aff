/**
 * Any depth from three shallow ones. Each place of a step – the second block in backward, the update of a variable of the last – holds what
 * it holds of one block for every block that is before or behind it: a number of bytes that is linear in the depth. A phase is fullest at one
 * of its places, and which of them it is changes with the depth, so that the maximum is taken afterwards. Whether places are the same and
 * linear is looked at, place by place, component by component, over three depths; where not, nothing is said. A pattern that repeats only
 * after several blocks could not be seen so; of the model's switches one makes such a pattern, and it is named below.
 */
import type { RunConfig } from '../config/schema.ts';
import type { Instant, MarkReading } from '../ledgers/ledger.ts';
import { byMark, type Marks } from '../measure/quantities.ts';
import type { ComponentBytes } from '../records/measurement.ts';
import { isCut } from './layerCuts.ts';
import { overLayers } from './overLayers.ts';
import { type PlacedStretch, placed } from './places.ts';
import { type SimulatedLedger, type Simulation, simulate } from './simulate.ts';

/** The depths that are run. In the deepest one block is between those that have a name. */
const SHALLOW = [3, 4, 5] as const;

/** Below this the three would cost nearly as much as the whole. */
const DEEP_LAYERS = 16;

/** Segments of √L blocks are others at every depth. */
const mayBeLinear = ({ model, step }: RunConfig): boolean =>
  step.kind === 'training' && step.checkpointing !== 'sqrt' && model.layers >= DEEP_LAYERS;

/** The marks of `steps` steps, with bytes by component over all layers; null where three depths do not tell. */
export function extrapolated(config: RunConfig, steps: number): Simulation['readings'] | null {
  if (!mayBeLinear(config)) return null;
  const runs = SHALLOW.map((layers) => runOf({ ...config, model: { ...config.model, layers } }, steps));
  if (!haveSamePlaces(runs)) return null;
  const line = new Line(config.model.layers);
  const deepest = runs.at(-1) as Run;
  const readings = new Map(
    [...deepest.readings].map(([ledger, marks]) => {
      const of = runs.map((run) => byMark(run.readings.get(ledger) ?? []));
      for (const stretch of deepest.stretches) checkMiddle(line, deepest, stretch, of.at(-1) as Marks);
      const own = marks.filter(({ mark }) => !isCut(mark));
      return [ledger, own.map(({ mark }) => readingAt(line, runs, of, mark))] as const;
    }),
  );
  return line.isStraight ? readings : null;
}

interface Run {
  readonly readings: ReadonlyMap<SimulatedLedger, readonly MarkReading[]>;
  readonly stretches: readonly PlacedStretch[];
  readonly byName: ReadonlyMap<string, PlacedStretch>;
}

function runOf(config: RunConfig, steps: number): Run {
  const { readings, stretches: all } = simulate(config, { steps, cutsLastStep: true });
  const stretches = placed(all, config.model);
  return { readings, stretches, byName: new Map(stretches.flatMap((one) => one.names.map((name) => [name, one]))) };
}

/** The same names, and behind each as many operations. */
const haveSamePlaces = ([first, ...others]: readonly Run[]): boolean =>
  others.every(
    ({ byName }) =>
      byName.size === first?.byName.size &&
      [...byName].every(([name, { operations }]) => first.byName.get(name)?.operations === operations),
  );

/** Numbers at the three depths → the number at another. */
class Line {
  /** Were all of them on lines? */
  isStraight = true;
  private readonly steps: number;

  constructor(layers: number) {
    this.steps = layers - SHALLOW[2];
  }

  at([first = 0, second = 0, third = 0]: readonly number[]): number {
    const perLayer = third - second;
    this.expect(second - first, perLayer);
    return third + perLayer * this.steps;
  }

  expect(actual: number, expected: number): void {
    if (actual !== expected) this.isStraight = false;
  }
}

/** A block in the middle is as far from the second as from the last but one: never fuller than both. */
function checkMiddle(line: Line, { byName }: Run, { mark, operations, middle }: PlacedStretch, marks: Marks): void {
  if (middle === null) return;
  const [second, lastButOne] = [byName.get(middle.nameOf('second')), byName.get(middle.nameOf('last but one'))];
  line.expect(operations, second?.operations ?? Number.NaN);
  line.expect(2 * peakOf(marks, mark), peakOf(marks, second?.mark) + peakOf(marks, lastButOne?.mark));
}

const peakOf = (marks: Marks, mark = ''): number => marks.get(mark)?.peakBytes ?? Number.NaN;

/** `marks` are those of one ledger in each of the runs. */
function readingAt(line: Line, runs: readonly Run[], marks: readonly Marks[], mark: string): MarkReading {
  const at = marks.map((of) => of.get(mark) as MarkReading);
  const levelBytes = line.at(at.map((reading) => reading.levelBytes));
  const level = instantAt(
    line,
    at.map((reading) => reading.level),
  );
  const ofPhase = [...(runs.at(-1) as Run).byName].filter(([, { phaseEnd }]) => phaseEnd === mark);
  const peaks = ofPhase.map(([name]) => {
    const there = marks.map((of, index) => of.get(runs[index]?.byName.get(name)?.mark ?? '') as MarkReading);
    const peakBytes = line.at(there.map((reading) => reading.peakBytes));
    const { peakKernel, peakComponent = null } = there.at(-1) as MarkReading;
    return {
      peakBytes,
      peakKernel,
      peakComponent,
      peak: instantAt(
        line,
        there.map((reading) => reading.peak),
      ),
    };
  });
  // The first of the highest, as in a run. Before the cut step nobody asks for a peak.
  const none = { peakBytes: levelBytes, peakKernel: null, peakComponent: null, peak: level };
  const highest = peaks.reduce((best, other) => (other.peakBytes > best.peakBytes ? other : best), peaks[0] ?? none);
  return { mark, levelBytes, level, ...highest };
}

/** Components alone, each over all layers. */
function instantAt(line: Line, instants: readonly Instant[]): Instant {
  const sums = instants.flatMap(({ components }) => (components === undefined ? [] : [overLayers(components)]));
  if (sums.length < instants.length) return {};
  const names = new Set(sums.flatMap((of) => Object.keys(of) as ComponentBytes['component'][]));
  const components = [...names].map((component) => ({
    component,
    layer: null,
    bytes: line.at(sums.map((of) => of[component] ?? 0)),
  }));
  return { components: components.filter(({ bytes }) => bytes !== 0) };
}
