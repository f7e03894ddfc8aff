/** Bytes by component and layer → by component alone, in the order in which components first appear. */
import type { ComponentBytes } from '../records/measurement.ts';

export type OverLayers = Readonly<Partial<Record<ComponentBytes['component'], number>>>;

export function overLayers(parts: readonly ComponentBytes[]): OverLayers {
  const sums: Partial<Record<ComponentBytes['component'], number>> = {};
  for (const { component, bytes } of parts) sums[component] = (sums[component] ?? 0) + bytes;
  return sums;
}
