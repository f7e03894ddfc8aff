/** Bytes at one instant, in all and by component, as a thing to calculate with. */
import type { Instant } from '../ledgers/ledger.ts';
import type { ComponentBytes } from '../records/measurement.ts';
import { overLayers } from './overLayers.ts';

type Part = ComponentBytes['component'];

export interface Amounts {
  readonly bytes: number;
  /** Over all layers; null where a ledger does not tell. */
  readonly components: Readonly<Partial<Record<Part, number>>> | null;
}

export const NOTHING: Amounts = { bytes: 0, components: null };

export const amounts = (bytes: number, { components }: Instant): Amounts => ({
  bytes,
  components: components === undefined ? null : overLayers(components),
});

/** `a` + `times` · `b`. */
export function plus(a: Amounts, b: Amounts, times = 1): Amounts {
  const sum = { bytes: a.bytes + times * b.bytes };
  if (a.components === null && b.components === null) return { ...sum, components: null };
  const components = { ...a.components };
  for (const [part, bytes] of parts(b)) components[part] = (components[part] ?? 0) + times * bytes;
  return { ...sum, components };
}

export const minus = (a: Amounts, b: Amounts): Amounts => plus(a, b, -1);

/** A component that is absent has 0 bytes. */
export function areEqual(a: Amounts, b: Amounts): boolean {
  const difference = minus(a, b);
  return difference.bytes === 0 && parts(difference).every(([, bytes]) => bytes === 0);
}

/** For a reading: parts that are not empty. */
export function instantOf(amount: Amounts): Instant {
  if (amount.components === null) return {};
  const present = parts(amount).filter(([, bytes]) => bytes !== 0);
  return { components: present.map(([component, bytes]) => ({ component, layer: null, bytes })) };
}

const parts = ({ components }: Amounts): [Part, number][] => Object.entries(components ?? {}) as [Part, number][];
