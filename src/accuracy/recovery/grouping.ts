/** Which readings follow one law: those of configurations that differ in sizes only, and of a peak those at one place. */
import { CONFIG_PATHS, type RunConfig, valueAt } from '../../config/schema.ts';
import { type Deployment, ONE_DEVICE } from '../../estimators/deployment.ts';
import { variableSizes } from '../../estimators/exact/parameterCount.ts';
import { isRead, type JudgedRecord, type ReadRecord } from '../../records/judged.ts';
import type { ComponentBytes } from '../../records/measurement.ts';
import { LEDGERS, type Ledger, QUANTITIES, type Quantity } from '../../records/quantity.ts';
import { grouped } from '../grouped.ts';
import { type ComparableReading, readingsOf } from '../readings.ts';
import { lawOrigin } from './lawOrigin.ts';
import { hasWholeSizes, SIZE_PATHS } from './terms.ts';

/** The keys that are no sizes, in schema order. */
export const LAW_KEYS: readonly string[] = CONFIG_PATHS.filter((path) => !SIZE_PATHS.includes(path));

/** The value of each of `LAW_KEYS`; null where it is the memory limit of none, or cannot matter to this ledger. */
export type LawKeys = Readonly<Record<string, string | number | boolean | null>>;

/** The bytes at one configuration. */
export interface LawSample {
  readonly configId: string;
  readonly configuration: RunConfig;
  readonly bytes: number;
}

/** Total, or one component summed over layers. */
type LawPart = 'total' | ComponentBytes['component'];

/** Readings that one law may give. */
export interface LawGroup {
  /** Who executed the steps, and under which conditions that no key expresses: see `lawOrigin`. */
  readonly origin: string;
  /** How the model was spread over devices. */
  readonly deployment: Deployment;
  readonly keys: LawKeys;
  readonly quantity: Quantity;
  readonly ledger: Ledger;
  /** Phase, kernel and component of a peak: a maximum of polynomials is one polynomial as long as its place stays. Else null. */
  readonly place: string | null;
  readonly part: LawPart;
  /** By configId, and those of one configuration by bytes, so that the same records in any order give the same law. */
  readonly samples: readonly LawSample[];
}

/** What the allocator does comes after what was asked of it: these ledgers cannot see it. */
const ALLOCATOR_KEYS = ['runtime.allocator', 'runtime.memoryLimitMiB'];
const BEFORE_ALLOCATOR: readonly Ledger[] = ['tensors', 'buffers', 'requested'];

/**
 * Every first measured reading in its group, totals and then components; by quantity, ledger and the order of the records. Left out is a
 * configuration that no terms count: a micro-batch, or a group of heads with one key head, that is no whole number.
 */
export function groupReadings(records: readonly JudgedRecord[]): LawGroup[] {
  const read = records.filter(isRead).filter(({ configuration }) => hasWholeSizes(configuration));
  const singles = read.flatMap((record) => samplesOf(record, lawOrigin(record)));
  return grouped(singles, ({ sample: _, ...group }) => JSON.stringify(group))
    .flatMap(groupOf)
    .sort((a, b) => QUANTITIES.indexOf(a.quantity) - QUANTITIES.indexOf(b.quantity) || ledgerOrder(a) - ledgerOrder(b));
}

/**
 * Whether a law is of the ledger of which the reports speak: `requested`, or where nobody read the quantity there of such steps `buffers`.
 */
export function reportedAmong(groups: readonly LawGroup[]): (group: LawGroup) => boolean {
  const stepOf = ({ origin, deployment, keys, quantity }: LawGroup): string =>
    JSON.stringify([origin, deployment, keys, quantity]);
  const requested = new Set(groups.filter(({ ledger }) => ledger === 'requested').map(stepOf));
  return (group) => group.ledger === 'requested' || (group.ledger === 'buffers' && !requested.has(stepOf(group)));
}

const ledgerOrder = ({ ledger }: LawGroup): number => LEDGERS.indexOf(ledger);
const byConfigId = (a: LawSample, b: LawSample): number =>
  a.configId < b.configId ? -1 : a.configId > b.configId ? 1 : a.bytes - b.bytes;

type OneReading = Omit<LawGroup, 'samples'> & { readonly sample: LawSample };

/** One group of readings that have all but the sample in common; empty for none. */
function groupOf(singles: readonly OneReading[]): LawGroup[] {
  const samples = singles.map(({ sample }) => sample).sort(byConfigId);
  return singles.slice(0, 1).map(({ sample: _, ...group }) => ({ ...group, samples }));
}

function samplesOf(record: ReadRecord, origin: string): OneReading[] {
  const { configId, configuration } = record;
  const deployment = (record.outcome === 'external' ? record.deployment : undefined) ?? ONE_DEVICE;
  const find = readingsOf(record);
  return QUANTITIES.flatMap((quantity) =>
    LEDGERS.flatMap((ledger) => {
      const reading = find(quantity, ledger);
      if (reading === undefined || reading.resolutionBytes !== undefined) return []; // rounded bytes have no integer law
      const group = {
        origin,
        deployment,
        keys: lawKeys(configuration, ledger),
        quantity,
        ledger,
        place: placeOf(reading),
      };
      return partsOf(reading).map(([part, bytes]) => ({ ...group, part, sample: { configId, configuration, bytes } }));
    }),
  );
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
export const byLargestVariable = (group: LawGroup): LawGroup[] =>
  grouped(group.samples, ({ configuration }) => largestVariable(configuration)).flatMap((samples) =>
    samples.slice(0, 1).map(({ configuration }) => ({
      ...group,
      place: `${group.place}, largest variable ${largestVariable(configuration)}`,
      samples,
    })),
  );

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
