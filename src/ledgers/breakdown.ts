/** Bytes by component and layer: a running sum, and its copy for a record. */
import type { Place } from '../model/component.ts';
import type { ComponentBytes } from '../records/measurement.ts';

export class Breakdown {
  private readonly sums = new Map<string, { place: Place; bytes: number }>();

  add(place: Place, bytes: number): void {
    const key = `${place.component} ${place.layer}`;
    const entry = this.sums.get(key);
    if (entry === undefined) this.sums.set(key, { place, bytes });
    else entry.bytes += bytes;
  }

  /** Parts that are not empty, in the order in which they first appeared. */
  copy(): ComponentBytes[] {
    const parts = [...this.sums.values()].filter(({ bytes }) => bytes !== 0);
    return parts.map(({ place: { component, layer }, bytes }) => ({ component, layer, bytes }));
  }
}

/** `after` − `before`, part by part. */
export function difference(after: readonly ComponentBytes[], before: readonly ComponentBytes[]): ComponentBytes[] {
  const sums = new Breakdown();
  for (const { component, layer, bytes } of after) sums.add({ component, layer }, bytes);
  for (const { component, layer, bytes } of before) sums.add({ component, layer }, -bytes);
  return sums.copy();
}
