/** Which readings follow one law: those of configurations that differ in sizes only, and of a peak those at one place. */
import { CONFIG_PATHS, type RunConfig, valueAt } from '../../config/schema.ts';
import { variableSizes } from '../../estimators/exact/parameterCount.ts';
import { conditionsOf } from '../../records/external.ts';
import { isRead, type JudgedRecord, type ReadRecord } from '../../records/judged.ts';
import type { ComponentBytes } from '../../records/measurement.ts';
import { originOf } from '../../records/origin.ts';
import { LEDGERS, type Ledger, QUANTITIES, type Quantity } from '../../records/quantity.ts';
import { type ComparableReading, readingsOf } from '../compare.ts';
import { SIZE_PATHS } from './terms.ts';

/** The keys that are no sizes, in schema order. */
export const LAW_KEYS: readonly string[] = CONFIG_PATHS.filter((path) => !SIZE_PATHS.includes(path));

/** The value of each of `LAW_KEYS`; null where it is the memory limit of none, or cannot matter to this ledger. */
export type LawKeys = Readonly<Record<string, string | number | boolean | null>>;

export interface Sample {
  readonly configId: string;
  readonly configuration: RunConfig;
  readonly bytes: number;
}

/** Total, or one component summed over layers. */
export type LawPart = 'total' | ComponentBytes['component'];

export interface Group {
  /** Who executed the steps, and under which conditions that no key expresses. */
  readonly origin: string;
  readonly keys: LawKeys;
  readonly quantity: Quantity;
  readonly ledger: Ledger;
  /** Phase, kernel and component of a peak: a maximum of polynomials is one polynomial as long as its place stays. Else null. */
  readonly place: string | null;
  readonly part: LawPart;
  /** By configId, so that the same records in any order give the same law. */
  readonly samples: readonly Sample[];
}

/** What the allocator does comes after what was asked of it: these ledgers cannot see it. */
const ALLOCATOR_KEYS = ['runtime.allocator', 'runtime.memoryLimitMiB'];
const BEFORE_ALLOCATOR: readonly Ledger[] = ['tensors', 'buffers', 'requested'];

/** Every first measured reading in its group, totals and then components; by quantity, ledger and the order of the records. */
export function groupReadings(records: readonly JudgedRecord[]): Group[] {
  const groups = new Map<string, Group & { samples: Sample[] }>();
  for (const record of records.filter(isRead))
    for (const { sample, ...group } of samplesOf(record)) {
      const key = JSON.stringify(group);
      const known = groups.get(key);
      if (known === undefined) groups.set(key, { ...group, samples: [sample] });
      else known.samples.push(sample);
    }
  return [...groups.values()]
    .map((group) => ({ ...group, samples: [...group.samples].sort(byConfigId) }))
    .sort((a, b) => QUANTITIES.indexOf(a.quantity) - QUANTITIES.indexOf(b.quantity) || ledgerOrder(a) - ledgerOrder(b));
}

/** Whether it is of the ledger of which the reports speak: `requested`, or where nobody read the quantity there `buffers`. */
export const isReported = (
  { quantity, ledger }: Pick<Group, 'quantity' | 'ledger'>,
  groups: readonly Pick<Group, 'quantity' | 'ledger'>[],
): boolean =>
  ledger === 'requested' ||
  (ledger === 'buffers' && !groups.some((other) => other.ledger === 'requested' && other.quantity === quantity));

const ledgerOrder = ({ ledger }: Group): number => LEDGERS.indexOf(ledger);
const byConfigId = (a: Sample, b: Sample): number => (a.configId < b.configId ? -1 : a.configId > b.configId ? 1 : 0);

type OneReading = Omit<Group, 'samples'> & { readonly sample: Sample };

function samplesOf(record: ReadRecord): OneReading[] {
  const { configId, configuration } = record;
  const find = readingsOf(record);
  const origin = originWithConditions(record);
  return QUANTITIES.flatMap((quantity) =>
    LEDGERS.flatMap((ledger) => {
      const reading = find(quantity, ledger);
      if (reading === undefined || reading.resolutionBytes !== undefined) return []; // rounded bytes have no integer law
      const group = { origin, keys: lawKeys(configuration, ledger), quantity, ledger, place: placeOf(reading) };
      return partsOf(reading).map(([part, bytes]) => ({ ...group, part, sample: { configId, configuration, bytes } }));
    }),
  );
}

function originWithConditions(record: ReadRecord): string {
  const conditions = record.outcome === 'external' ? Object.entries(conditionsOf(record)) : [];
  const text = conditions.map(([name, value]) => `${name}=${value}`).join(', ');
  return text === '' ? originOf(record) : `${originOf(record)} (${text})`;
}

function lawKeys(configuration: RunConfig, ledger: Ledger): LawKeys {
  const ignored = BEFORE_ALLOCATOR.includes(ledger) ? ALLOCATOR_KEYS : [];
  return Object.fromEntries(
    LAW_KEYS.map((path) => {
      const value = ignored.includes(path) ? null : (valueAt(configuration, path) ?? null);
      return [path, path === 'model.dropout' && value !== 0 ? 'above 0' : value]; // by how much it drops changes no byte
    }),
  );
}

const placeOf = ({ peak }: ComparableReading): string | null =>
  peak === undefined ? null : [peak.phase, peak.kernel, peak.component].filter((word) => word !== undefined).join(' ');

function partsOf({ bytes, components = [] }: ComparableReading): [LawPart, number][] {
  const parts = new Map<LawPart, number>([['total', bytes]]);
  for (const { component, bytes: own } of components) parts.set(component, (parts.get(component) ?? 0) + own);
  return [...parts];
}

/** An update's peak has the variable that is at work: its group, split by which variable is the largest. */
export function byLargestVariable(group: Group): Group[] {
  const split = new Map<string, Sample[]>();
  for (const sample of group.samples) {
    const name = largestVariable(sample.configuration);
    split.set(name, [...(split.get(name) ?? []), sample]);
  }
  return [...split].map(([name, samples]) => ({
    ...group,
    place: `${group.place}, largest variable ${name}`,
    samples,
  }));
}

function largestVariable(configuration: RunConfig): string {
  const { vocabularySize: V, hiddenSize: H, maxPositions: M, feedForwardSize: F } = configuration.model;
  const largest = Math.max(...variableSizes(configuration));
  const named = [
    ['VH', V * H],
    ['MH', M * H],
    ['HF', H * F],
  ] as const;
  return named.find(([, size]) => size === largest)?.[0] ?? 'of attention';
}
