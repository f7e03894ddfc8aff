/** The parts of a prediction beside those that were measured. */
import type { PartName, Parts } from '../estimators/estimator.ts';
import type { ReadRecord } from '../records/judged.ts';
import type { ComponentBytes } from '../records/measurement.ts';
import { type Bytes, bytes } from '../units/bytes.ts';
import { type JudgedBytes, judgeBytes, NOT_APPLICABLE } from './judgeBytes.ts';
import type { ComparablePart, ComparableReading } from './readings.ts';

/** A part that a formula names, or one that a ledger found. */
export type ComponentName = PartName | ComponentBytes['component'];

/** The measured parts, and whether they are all that there is: then a part that is not among them is 0 bytes. */
interface ToldApart {
  readonly parts: readonly ComparablePart[];
  readonly wholly: boolean;
}

/** A ledger of memproof's own knows every buffer; a source that leaves a remainder has other components in it. */
export function toldApart(record: ReadRecord, { components }: ComparableReading): ToldApart | null {
  if (components === undefined) return null;
  if (record.outcome === 'measured') return { parts: components, wholly: true };
  const told = components.filter(({ component }) => component !== 'unattributed');
  return { parts: told, wholly: told.length === components.length };
}

/**
 * Every part that the formula names, in its order, then those that it leaves out: its parts add up to its total, so it predicts 0 of them.
 * `unitemised` has no counterpart, and nothing has one where the ledger did not tell components apart.
 */
export function compareParts(predicted: Parts, measured: ToldApart | null): [ComponentName, JudgedBytes][] {
  const predictedBytesOf: Readonly<Partial<Record<ComponentName, Bytes>>> = predicted;
  const measuredOf = sumsOfComponents(measured?.parts ?? []);
  const names = new Set<ComponentName>([...(Object.keys(predicted) as PartName[]), ...measuredOf.keys()]);
  return [...names].map((component) => {
    const predictedBytes = predictedBytesOf[component] ?? bytes(0);
    const found = component === 'unitemised' ? undefined : (measuredOf.get(component) ?? absent(measured));
    if (found === undefined) return [component, { ...NOT_APPLICABLE, predictedBytes }];
    return [component, judgeBytes(predictedBytes, found, null)];
  });
}

const absent = (measured: ToldApart | null): ComparableReading | undefined =>
  measured?.wholly === true ? { bytes: 0 } : undefined;

function sumsOfComponents(parts: readonly ComparablePart[]): ReadonlyMap<ComponentName, ComparableReading> {
  const sums = new Map<ComponentName, ComparableReading>();
  for (const { component, bytes, resolutionBytes } of parts) {
    const sum = sums.get(component);
    const resolution = (sum?.resolutionBytes ?? 0) + (resolutionBytes ?? 0);
    sums.set(component, {
      bytes: (sum?.bytes ?? 0) + bytes,
      resolutionBytes: resolution === 0 ? undefined : resolution,
    });
  }
  return sums;
}
