/**
 * Any depth from two shallow ones. A step is a row of stretches (layerCuts.ts), and a deeper model does what its blocks in the middle do once
 * more for each further block, and nothing else. So each place of the row – the second block in backward, the update of a variable of the last
 * – holds what it holds in the shallow model, what the model has more before the step, and what such a block adds on the way there. A phase is
 * fullest at one of its places, and which of them it is changes with the depth, so that the maximum is taken afterwards: a block further in
 * the middle is never fuller than both the second and the last but one.
 *
 * That it is so is looked at: the blocks in the middle of the deeper model do the same, and without one of them it is the other model, place
 * by place, in every level, peak and component. Where not, nothing is said. A pattern that repeats only after several blocks could not be seen
 * so; of the model's switches one makes such a pattern, and it is named below.
 */
import type { RunConfig } from '../config/schema.ts';
import type { MarkReading } from '../ledgers/ledger.ts';
import { type Amounts, amounts, instantOf, minus, plus } from './amounts.ts';
import { isCut } from './layerCuts.ts';
import { type AddedPerLayer, addedPerLayer } from './perLayer.ts';
import { type Place, type Row, rowsOf } from './row.ts';
import type { SimulatedLedger } from './session.ts';
import { type SteadyStep, steadyStep } from './simulate.ts';

/** The depths that are run: in the deeper one every block has a position of its own. */
const [FEW_LAYERS, ONE_MORE] = [3, 4];

/** Below this the two would cost nearly as much as the whole. */
const DEEP_LAYERS = 10;

/** Segments of √L blocks are others at every depth. */
const mayBeUniform = ({ model, step }: RunConfig): boolean =>
  step.kind === 'training' && step.checkpointing !== 'sqrt' && model.layers >= DEEP_LAYERS;

/** The marks of a step, with bytes by component over all layers; null where the shallow models do not tell. */
export function extrapolated(config: RunConfig): Pick<SteadyStep, 'readings' | 'step'> | null {
  if (!mayBeUniform(config)) return null;
  const [few, oneMore] = [FEW_LAYERS, ONE_MORE].map((layers) => withLayers(config, layers)) as [RunConfig, RunConfig];
  const [less, more] = [steadyStep(few, { cut: true }), steadyStep(oneMore, { cut: true })];
  if (less.step !== more.step) return null;
  const readings = new Map<SimulatedLedger, readonly MarkReading[]>();
  const rowsOfLess = rowsOf(less, few.model);
  for (const [ledger, row] of rowsOf(more, oneMore.model)) {
    const told = readingsAt(config.model.layers, rowsOfLess.get(ledger) as Row, row);
    if (told === null) return null;
    readings.set(ledger, told);
  }
  return { readings, step: more.step };
}

const withLayers = (config: RunConfig, layers: number): RunConfig => ({
  ...config,
  model: { ...config.model, layers },
});

/** The marks of one ledger; null where one row is not the other with one block more. */
function readingsAt(layers: number, less: Row, more: Row): MarkReading[] | null {
  const perLayer = addedPerLayer(less, more);
  if (perLayer === null) return null;
  const further = layers - ONE_MORE;
  const addsAt = (place: Place): AddedPerLayer => perLayer.get(place) as AddedPerLayer;
  const built = more.built.map(({ mark, levelBytes, level }, index) => {
    const own = amounts(levelBytes, level);
    const before = less.built[index];
    const there = before === undefined ? own : plus(own, minus(own, amounts(before.levelBytes, before.level)), further);
    return { mark, ...levelOf(there), peakBytes: there.bytes, peakKernel: null, peak: {} };
  });
  const phaseEnds = more.places.filter(({ mark }) => !isCut(mark));
  const ofStep = phaseEnds.map((end) => {
    const phase = more.places.filter(({ phaseEnd }) => phaseEnd === end.mark);
    const peaks = phase.map((place) => ({ place, peak: plus(place.peak, addsAt(place).within, further) }));
    const fullest = peaks.reduce((best, other) => (other.peak.bytes > best.peak.bytes ? other : best)); // the first, as in a run
    const { peakKernel, peakComponent = null } = fullest.place.reading;
    const peak = { peakBytes: fullest.peak.bytes, peakKernel, peakComponent, peak: instantOf(fullest.peak) };
    return { mark: end.mark, ...levelOf(plus(end.end, addsAt(end).atEnd, further)), ...peak };
  });
  return [...built, ...ofStep];
}

/** A ledger without components has none at any depth. */
const levelOf = (amount: Amounts): Pick<MarkReading, 'levelBytes' | 'level'> => ({
  levelBytes: amount.bytes,
  level: instantOf(amount),
});
