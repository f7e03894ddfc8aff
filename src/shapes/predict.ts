/**
 * Every quantity of a configuration, its steps run at their whole depth. No fewer layers will do: the peak of a phase is the highest of
 * several places, and which of them it is changes with the depth.
 */
import type { RunConfig } from '../config/schema.ts';
import { quantitiesOfSteps, type SimulatedQuantities, STEADY_STEP } from './quantities.ts';
import { type SimulatedLedger, simulate } from './simulate.ts';

export type ByLedger = ReadonlyMap<SimulatedLedger, SimulatedQuantities>;

export const predictQuantities = (config: RunConfig): ByLedger =>
  quantitiesOfSteps(simulate(config, { steps: STEADY_STEP }));
