/** The quantities of a simulated run: in each ledger that needs no device, with components and the place of a peak. */
import type { MarkReading } from '../ledgers/ledger.ts';
import { byMark, MEASURED_QUANTITIES, type MeasuredQuantity, readQuantity } from '../measure/quantities.ts';
import type { Component, Phase } from '../records/quantity.ts';
import type { SimulatedLedger, Simulation } from './simulate.ts';

export interface SimulatedQuantity {
  readonly bytes: number;
  /** Summed over the layers; null in `tensors`, which does not know. */
  readonly components: Readonly<Partial<Record<Component, number>>> | null;
  /** Of a peak. */
  readonly peak?: { readonly phase: Phase; readonly kernel: string; readonly component?: string };
}

export type SimulatedQuantities = Readonly<Record<MeasuredQuantity, SimulatedQuantity>>;

/** Adam's moments are made in the first step; from the second on every step is like every other. */
export const STEADY_STEP = 2;

/** Of a run of `STEADY_STEP` steps or more. */
export const quantitiesOfSteps = ({ readings }: Simulation): ReadonlyMap<SimulatedLedger, SimulatedQuantities> =>
  new Map([...readings].map(([ledger, marks]) => [ledger, quantitiesOf(marks)]));

function quantitiesOf(readings: readonly MarkReading[]): SimulatedQuantities {
  const marks = byMark(readings);
  const entries = MEASURED_QUANTITIES.map((quantity) => {
    const { bytes, instant, peak } = readQuantity(quantity, marks, STEADY_STEP);
    const components = instant.components === undefined ? null : overLayers(instant.components);
    return [quantity, { bytes, components, ...(peak !== undefined && { peak }) }] as const;
  });
  return Object.fromEntries(entries) as unknown as SimulatedQuantities;
}

function overLayers(parts: readonly { readonly component: string; readonly bytes: number }[]) {
  const sums: Partial<Record<Component, number>> = {};
  for (const { component, bytes } of parts) {
    sums[component as Component] = (sums[component as Component] ?? 0) + bytes;
  }
  return sums;
}
