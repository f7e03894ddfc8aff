/** The quantities of a configuration in each ledger that needs no device. */
import type { RunConfig } from '../config/schema.ts';
import type { MarkReading } from '../ledgers/ledger.ts';
import {
  byMark,
  MEASURED_QUANTITIES,
  type MeasuredQuantity,
  quantitiesIn,
  readQuantity,
} from '../measure/quantities.ts';
import type { Component } from '../records/quantity.ts';
import { extrapolated } from './depth.ts';
import { overLayers } from './overLayers.ts';
import type { SimulatedLedger } from './session.ts';
import { type SteadyStep, steadyStep } from './simulate.ts';

/** Those of a measured run. */
export const SIMULATED_QUANTITIES = MEASURED_QUANTITIES;
export type SimulatedQuantity = MeasuredQuantity;

export interface SimulatedBytes {
  readonly bytes: number;
  /** Summed over the layers; null in `tensors`, which does not know. */
  readonly components: Readonly<Partial<Record<Component, number>>> | null;
}

/** Those of the step's kind. */
export type SimulatedQuantities = Readonly<Partial<Record<SimulatedQuantity, SimulatedBytes>>>;
export type QuantitiesByLedger = ReadonlyMap<SimulatedLedger, SimulatedQuantities>;

/** From two shallow models where they tell what a deep one holds, from the whole one where not: the same bytes, and in less time. */
export const simulateQuantities = (config: RunConfig): QuantitiesByLedger =>
  byQuantity(extrapolated(config) ?? steadyStep(config));

/** At its whole depth. */
export const simulateWhole = (config: RunConfig): QuantitiesByLedger => byQuantity(steadyStep(config));

function byQuantity({ readings, step }: Pick<SteadyStep, 'readings' | 'step'>): QuantitiesByLedger {
  return new Map([...readings].map(([ledger, marks]) => [ledger, quantitiesOf(marks, step)]));
}

function quantitiesOf(readings: readonly MarkReading[], step: number): SimulatedQuantities {
  const marks = byMark(readings);
  const entries = quantitiesIn(marks, step).map((quantity) => {
    const { bytes, instant } = readQuantity(quantity, marks, step);
    const components = instant.components === undefined ? null : overLayers(instant.components);
    return [quantity, { bytes, components }] as const;
  });
  return Object.fromEntries(entries);
}
