/** Bytes by component and layer: a running sum, and its copy for a record. */
import type { Place } from '../model/component.ts';
import type { ComponentBytes } from '../records/measurement.ts';

interface Entry extends Place {
  bytes: number;
}

export class Breakdown {
  /** In the order in which they first appeared. */
  private readonly entries: Entry[] = [];
  /** The same by component, then by layer: text to look them up by was a tenth of a simulated step. */
  private readonly byComponent = new Map<Place['component'], Map<Place['layer'], Entry>>();
  /** What was added since the last `pin`, by turns to which entry and how much. */
  private readonly since: { entry: Entry; bytes: number }[] = [];
  private isPinned = false;

  add(place: Place, bytes: number): void {
    const entry = this.entryOf(place);
    entry.bytes += bytes;
    if (this.isPinned) this.since.push({ entry, bytes });
  }

  /** Parts that are not empty, in the order in which they first appeared. */
  copy(): ComponentBytes[] {
    return this.entries.filter(({ bytes }) => bytes !== 0).map(copied);
  }

  /** Remembers how things are now, in no time: what is added from here on is written down, and a later pin forgets this one. */
  pin(): void {
    this.isPinned = true;
    this.since.length = 0;
  }

  /** The copy as it would have been at the last pin, which is forgotten. */
  unpin(): ComponentBytes[] {
    for (const { entry, bytes } of this.since) entry.bytes -= bytes;
    const then = this.copy();
    for (const { entry, bytes } of this.since) entry.bytes += bytes;
    this.isPinned = false;
    this.since.length = 0;
    return then;
  }

  private entryOf({ component, layer }: Place): Entry {
    let byLayer = this.byComponent.get(component);
    if (byLayer === undefined) {
      byLayer = new Map();
      this.byComponent.set(component, byLayer);
    }
    let entry = byLayer.get(layer);
    if (entry === undefined) {
      entry = { component, layer, bytes: 0 };
      byLayer.set(layer, entry);
      this.entries.push(entry);
    }
    return entry;
  }
}

const copied = ({ component, layer, bytes }: Entry): ComponentBytes => ({ component, layer, bytes });

/** `after` − `before`, part by part. */
export function difference(after: readonly ComponentBytes[], before: readonly ComponentBytes[]): ComponentBytes[] {
  const sums = new Breakdown();
  for (const { component, layer, bytes } of after) sums.add({ component, layer }, bytes);
  for (const { component, layer, bytes } of before) sums.add({ component, layer }, -bytes);
  return sums.copy();
}
