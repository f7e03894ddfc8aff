/** Where a law can be asked: a base and everything that the law compares it with, measured in one environment or only imagined. */
import { configId } from '../../config/configId.ts';
import type { RunConfig } from '../../config/schema.ts';
import { conditionsOf } from '../../records/external.ts';
import { isRead, type JudgedRecord, type ReadRecord } from '../../records/judged.ts';
import { latestRecords } from '../../records/latest.ts';
import { originOf } from '../../records/origin.ts';
import { readingsOf } from '../compare.ts';
import { BASE, type FollowUps, type Law } from './law.ts';

/** One of the compared configurations; `reading` finds what was measured of it, and is null where nothing was. */
export interface Sample {
  readonly configId: string;
  readonly configuration: RunConfig;
  readonly reading: ReturnType<typeof readingsOf> | null;
}

export interface Instance {
  readonly law: Law;
  readonly base: Sample;
  readonly followUps: FollowUps;
  /** By the names that the terms of a relation use. */
  readonly samples: ReadonlyMap<string, Sample>;
}

/** Each law at each measured base whose related configurations were all measured in the same environment. In the order of the laws, whatever that of the records. */
export function measuredInstances(records: readonly JudgedRecord[], laws: readonly Law[]): Instance[] {
  const environments = [...byEnvironment(records)].sort(byKey).map(([, known]) => new Map([...known].sort(byKey)));
  return laws.flatMap((law) =>
    environments.flatMap((known) => {
      const find = (configuration: RunConfig): Sample | undefined => known.get(configId(configuration));
      return [...known.values()].flatMap((base) => instanceAt(law, base, find) ?? []);
    }),
  );
}

/** The same at a configuration that nobody measured. */
export const imaginedInstances = (base: RunConfig, laws: readonly Law[]): Instance[] =>
  laws.flatMap((law) => instanceAt(law, unmeasured(base), unmeasured) ?? []);

const unmeasured = (configuration: RunConfig): Sample => ({
  configId: configId(configuration),
  configuration,
  reading: null,
});

function instanceAt(law: Law, base: Sample, find: (config: RunConfig) => Sample | undefined): Instance | null {
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

/** Environment → configId → what was measured last. */
function byEnvironment(records: readonly JudgedRecord[]): Map<string, Map<string, Sample>> {
  const environments = new Map<string, Map<string, Sample>>();
  for (const record of latestRecords([records]).filter(isRead)) {
    const known = environments.get(environmentOf(record)) ?? new Map<string, Sample>();
    environments.set(environmentOf(record), known);
    const { configId, configuration } = record;
    known.set(configId, { configId, configuration, reading: readingsOf(record) });
  }
  return environments;
}

const environmentOf = (record: ReadRecord): string =>
  record.outcome === 'external' ? JSON.stringify([originOf(record), conditionsOf(record)]) : record.environmentHash;

const byKey = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number =>
  a < b ? -1 : a > b ? 1 : 0;
