/** Every quantity of a configuration: the whole depth run, or two shallow models where every phase is linear in the depth. */
import type { RunConfig } from '../config/schema.ts';
import { atDepth, isLinearInDepth, SHALLOW } from './depth.ts';
import { quantitiesOfSteps, type SimulatedQuantities, STEADY_STEP } from './quantities.ts';
import { type SimulatedLedger, simulate } from './simulate.ts';

export type ByLedger = ReadonlyMap<SimulatedLedger, SimulatedQuantities>;

export const predictQuantities = (config: RunConfig): ByLedger =>
  isLinearInDepth(config) ? extrapolated(config) : simulated(config);

/** By running it whole. */
export const simulated = (config: RunConfig): ByLedger => quantitiesOfSteps(simulate(config, { steps: STEADY_STEP }));

/** By running two shallow models. Exact where `isLinearInDepth` says so. */
export function extrapolated(config: RunConfig): ByLedger {
  const { model } = config;
  const [two, three] = SHALLOW.map((layers) => simulated({ ...config, model: { ...model, layers } })) as [
    ByLedger,
    ByLedger,
  ];
  return new Map(
    [...two].map(([ledger, first]) => [ledger, atDepth([first, three.get(ledger) ?? first], model.layers)]),
  );
}
