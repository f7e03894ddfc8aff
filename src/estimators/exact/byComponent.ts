/** Bytes by component, as numbers that can be added and multiplied before they become a prediction. */
import type { Component } from '../../records/quantity.ts';

export type ByComponent = Readonly<Partial<Record<Component, number>>>;

export function plus(...all: readonly ByComponent[]): ByComponent {
  const sums: Partial<Record<Component, number>> = {};
  for (const parts of all) {
    for (const [name, count] of Object.entries(parts) as [Component, number][]) sums[name] = (sums[name] ?? 0) + count;
  }
  return sums;
}

export const times = (factor: number, parts: ByComponent): ByComponent =>
  Object.fromEntries(Object.entries(parts).map(([name, count]) => [name, factor * count]));
