/**
 * The quantities of a configuration, its steps run at their whole depth, in each ledger that needs no device. No fewer layers will do: the
 * peak of a phase is the highest of several places, and which of them it is changes with the depth.
 */
import type { RunConfig } from '../config/schema.ts';
import type { MarkReading } from '../ledgers/ledger.ts';
import { byMark, MEASURED_QUANTITIES, type MeasuredQuantity, readQuantity } from '../measure/quantities.ts';
import type { Component } from '../records/quantity.ts';
import { type SimulatedLedger, simulate } from './simulate.ts';

/** Those of a measured run. */
export const SIMULATED_QUANTITIES = MEASURED_QUANTITIES;
export type SimulatedQuantity = MeasuredQuantity;

export interface SimulatedBytes {
  readonly bytes: number;
  /** Summed over the layers; null in `tensors`, which does not know. */
  readonly components: Readonly<Partial<Record<Component, number>>> | null;
}

export type QuantitiesByLedger = ReadonlyMap<SimulatedLedger, Readonly<Record<SimulatedQuantity, SimulatedBytes>>>;

/** Adam's moments are made in the first step; from the second on every step is like every other. */
const STEADY_STEP = 2;

export function simulateQuantities(config: RunConfig): QuantitiesByLedger {
  const { readings } = simulate(config, { steps: STEADY_STEP });
  return new Map([...readings].map(([ledger, marks]) => [ledger, quantitiesOf(marks)]));
}

function quantitiesOf(readings: readonly MarkReading[]): Readonly<Record<SimulatedQuantity, SimulatedBytes>> {
  const marks = byMark(readings);
  const entries = SIMULATED_QUANTITIES.map((quantity) => {
    const { bytes, instant } = readQuantity(quantity, marks, STEADY_STEP);
    const components = instant.components === undefined ? null : overLayers(instant.components);
    return [quantity, { bytes, components }] as const;
  });
  return Object.fromEntries(entries) as Record<SimulatedQuantity, SimulatedBytes>;
}

function overLayers(parts: readonly { readonly component: string; readonly bytes: number }[]) {
  const sums: Partial<Record<Component, number>> = {};
  for (const { component, bytes } of parts) {
    sums[component as Component] = (sums[component as Component] ?? 0) + bytes;
  }
  return sums;
}
