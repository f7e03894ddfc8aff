/** Where a law can be asked: a base and everything that the law compares it with, measured in one environment or only imagined. */
import { configId } from '../../config/configId.ts';
import type { RunConfig } from '../../config/schema.ts';
import { type Deployment, ONE_DEVICE } from '../../estimators/deployment.ts';
import { conditionsOf } from '../../records/external.ts';
import { isOwn, isRead, type JudgedRecord, type ReadRecord } from '../../records/judged.ts';
import { latestRecords } from '../../records/latest.ts';
import type { Reading } from '../../records/measurement.ts';
import { originOf } from '../../records/origin.ts';
import type { Ledger, Quantity } from '../../records/quantity.ts';
import { grouped } from '../grouped.ts';
import { firstReadings } from '../readings.ts';
import { BASE, type FollowUps, type MetamorphicLaw } from './law.ts';

/** What a reading of either kind of record has for a law. */
export interface SampleReading {
  readonly bytes: number;
  /** Of a number that its source printed rounded. */
  readonly resolutionBytes?: number | undefined;
  /** Of a peak that may have been higher. */
  readonly lowerBound?: true | undefined;
  readonly peak?: Reading['peak'];
}

/** All that was read of a quantity by a ledger: of one source several records may have it. */
type FindReadings = (quantity: Quantity, ledger: Ledger) => readonly SampleReading[];

/** One of the compared configurations; `readings` is null where it was not measured. */
export interface RelatedSample {
  readonly configId: string;
  readonly configuration: RunConfig;
  /** Who executed the step: see `originOf`; null where nobody did. */
  readonly origin: string | null;
  /** How it was spread over devices; undefined where nothing is said. */
  readonly deployment: Deployment | undefined;
  readonly readings: FindReadings | null;
}

export interface Instance {
  readonly law: MetamorphicLaw;
  readonly base: RelatedSample;
  readonly followUps: FollowUps;
  /** By the names that the terms of a relation use. */
  readonly samples: ReadonlyMap<string, RelatedSample>;
}

/** Each law at each measured base whose related configurations were all measured in the same environment. In the order of the laws, whatever that of the records. */
export function measuredInstances(records: readonly JudgedRecord[], laws: readonly MetamorphicLaw[]): Instance[] {
  const environments = [...byEnvironment(records)].sort(byKey).map(([, known]) => new Map([...known].sort(byKey)));
  return laws.flatMap((law) =>
    environments.flatMap((known) => {
      const find = (configuration: RunConfig): RelatedSample | undefined => known.get(configId(configuration));
      return [...known.values()].flatMap((base) => instanceAt(law, base, find) ?? []);
    }),
  );
}

/** The same at a configuration that nobody measured. */
export const imaginedInstances = (base: RunConfig, laws: readonly MetamorphicLaw[]): Instance[] =>
  laws.flatMap((law) => instanceAt(law, unmeasured(base), unmeasured) ?? []);

const unmeasured = (configuration: RunConfig): RelatedSample => ({
  configId: configId(configuration),
  configuration,
  origin: null,
  deployment: undefined,
  readings: null,
});

function instanceAt(
  law: MetamorphicLaw,
  base: RelatedSample,
  find: (config: RunConfig) => RelatedSample | undefined,
): Instance | null {
  const followUps = law.followUps(base.configuration);
  if (followUps === null) return null;
  const samples = new Map([[BASE, base]]);
  for (const [name, configuration] of Object.entries(followUps)) {
    const sample = find(configuration);
    if (sample === undefined) return null;
    samples.set(name, sample);
  }
  return { law, base, followUps, samples };
}

/** Environment → configId → what was measured there. */
function byEnvironment(records: readonly JudgedRecord[]): Map<string, Map<string, RelatedSample>> {
  const environments = new Map<string, Map<string, RelatedSample>>();
  for (const ofEnvironment of grouped(counted(records), environmentOf)) {
    const [first] = ofEnvironment;
    if (first === undefined) continue;
    const samples = grouped(ofEnvironment, ({ configId }) => configId).flatMap((group) => sampleOf(group) ?? []);
    environments.set(environmentOf(first), new Map(samples.map((sample) => [sample.configId, sample])));
  }
  return environments;
}

/**
 * Of memproof's own records the last of each configuration in each environment, those without readings left out. Each is a file of its
 * own to `latestRecords`: a configuration that was measured again in another environment is still needed in the first one, where the
 * others are that it is compared with. External records have no time, and none supersedes another.
 */
const counted = (records: readonly JudgedRecord[]): ReadRecord[] => [
  ...latestRecords(records.filter(isOwn).map((record) => [record])).filter(isRead),
  ...records.filter((record) => record.outcome === 'external'),
];

/** The records of one configuration, read together. */
function sampleOf(records: readonly ReadRecord[]): RelatedSample | null {
  const [first] = records;
  if (first === undefined) return null;
  const finds = records.map(allReadings);
  return {
    configId: first.configId,
    configuration: first.configuration,
    origin: originOf(first),
    deployment: first.outcome === 'external' ? (first.deployment ?? ONE_DEVICE) : undefined,
    readings: (quantity, ledger) => finds.flatMap((find) => find(quantity, ledger)),
  };
}

function allReadings(record: ReadRecord): FindReadings {
  if (record.outcome === 'external')
    return (quantity, ledger) =>
      record.readings.filter((reading) => reading.quantity === quantity && reading.ledger === ledger);
  const first = firstReadings(record);
  return (quantity, ledger) => {
    const reading = first(quantity, ledger);
    return reading === undefined ? [] : [reading];
  };
}

/** Numbers of two sources are never subtracted from each other. The citation and the framework keep them apart. */
function environmentOf(record: ReadRecord): string {
  if (record.outcome !== 'external') return record.environmentHash;
  const { framework, device, provenance } = record;
  const conditions = Object.entries(conditionsOf(record)).sort(byKey);
  return JSON.stringify([
    [framework.name, framework.version],
    [device.label, device.evidence],
    provenance.citation,
    conditions,
  ]);
}

const byKey = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number =>
  a < b ? -1 : a > b ? 1 : 0;
