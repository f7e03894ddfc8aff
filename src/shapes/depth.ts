/**
 * Any depth from two shallow models. tfjs's own backward frees nothing before its end, so each layer adds the same bytes to every phase, below
 * whatever operation is last: each quantity but the step's peak is linear in the number of layers. A backward that frees, or that computes
 * blocks again, has its peak in one of several places, whose slopes differ: there the whole depth is run.
 */
import type { RunConfig } from '../config/schema.ts';
import type { Component } from '../records/quantity.ts';
import {
  MEASURED_QUANTITIES,
  PEAKS_OF_PHASES,
  type SimulatedQuantities,
  type SimulatedQuantity,
} from './quantities.ts';

/** The two depths that are run. */
export const SHALLOW = [2, 3] as const;

/** Below this the two would cost as much as the whole. */
const DEEP_LAYERS = 6;

export const isLinearInDepth = ({ model, step }: RunConfig): boolean =>
  model.layers >= DEEP_LAYERS &&
  step.backward === 'retaining' &&
  (step.checkpointing === 'none' || step.checkpointing === 'selective');

/** `shallow` are the quantities at the two depths, in one ledger. */
export function atDepth(
  [two, three]: readonly [SimulatedQuantities, SimulatedQuantities],
  layers: number,
): SimulatedQuantities {
  const [twoLayers, threeLayers] = SHALLOW;
  const steps = (layers - twoLayers) / (threeLayers - twoLayers);
  const line = (first: number, second: number): number => first + steps * (second - first);
  const quantity = (first: SimulatedQuantity, second: SimulatedQuantity): SimulatedQuantity => ({
    ...second,
    bytes: line(first.bytes, second.bytes),
    components: joined(first.components, second.components, line),
  });
  const all = Object.fromEntries(
    MEASURED_QUANTITIES.map((name) => [name, quantity(two[name], three[name])]),
  ) as unknown as SimulatedQuantities;
  // The maximum of lines is none: it is taken last, the first of the highest.
  const phases = PEAKS_OF_PHASES.map((name) => all[name]);
  const highest = phases.reduce((best, other) => (other.bytes > best.bytes ? other : best));
  return { ...all, 'step-peak': highest };
}

type Components = SimulatedQuantity['components'];

function joined(first: Components, second: Components, line: (first: number, second: number) => number): Components {
  if (first === null || second === null) return null;
  const names = new Set([...Object.keys(first), ...Object.keys(second)] as Component[]);
  const parts = [...names].map((name) => [name, line(first[name] ?? 0, second[name] ?? 0)] as const);
  return Object.fromEntries(parts.filter(([, bytes]) => bytes !== 0));
}
