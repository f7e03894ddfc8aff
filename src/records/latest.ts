/** Which of many records count, and which need not be measured again. */
import type { ErrorCode } from '../errors.ts';
import { type ExternalHead, externalIdentity } from './external.ts';
import type { Environment, MeasurementRecord } from './measurement.ts';

/** What tells which of two records supersedes the other. */
interface OwnHead extends Pick<MeasurementRecord, 'outcome' | 'configId' | 'environmentHash' | 'startedAt'> {
  readonly environment: Pick<Environment, 'device' | 'tensorflow'>;
}
export type RecordHead = OwnHead | ExternalHead;

/**
 * Several files read as one. Within a file, one record of a configuration on a device supersedes the others:
 * the store is append-only, so measuring again after a change of code or runtime adds a line.
 * Across files a record is identified by configuration and environment. What was started last wins, and only of those that were
 * started in the same millisecond the last in place: the order in which files or shards are given decides nothing.
 * A superseding record stands where the first one stood, so that the order of the sweep survives.
 * External records have an identity of their own and never meet memproof's; the last in place wins.
 */
export function latestRecords<Head extends RecordHead>(files: readonly (readonly Head[])[]): Head[] {
  const ofFiles = files.map((records) =>
    latestOf(records, ({ configId, environment: { device } }) => JSON.stringify([configId, device.kind, device.name])),
  );
  return latestOf(ofFiles.flat(), ({ configId, environmentHash }) => JSON.stringify([configId, environmentHash]));
}

/** One record per configuration, whatever measured it: the one that was started last. Of others, one per identity. */
export const latestPerConfiguration = <Head extends RecordHead>(records: readonly Head[]): Head[] =>
  latestOf(records, ({ configId }) => configId);

function latestOf<Head extends RecordHead>(records: readonly Head[], keyOfOwn: (record: OwnHead) => string): Head[] {
  const keyOf = (record: RecordHead): string =>
    record.outcome === 'external' ? externalIdentity(record) : keyOfOwn(record);
  const latest = new Map<string, Head>(); // keeps the first place of a key
  for (const record of records) {
    const known = latest.get(keyOf(record));
    if (known === undefined || startedMs(record) >= startedMs(known)) latest.set(keyOf(record), record);
  }
  return [...latest.values()];
}

/** As a number, because the text may have a fraction of a second or none. */
const startedMs = (record: RecordHead): number => (record.outcome === 'external' ? 0 : Date.parse(record.startedAt));

/** What a measurement made now would have written into its record. */
export interface MeasurementIdentity {
  readonly configId: string;
  readonly environmentHash: string;
  readonly measuringCode: Readonly<Record<string, string>>;
  /** Measured steps asked for; a record with more of them will do. */
  readonly repeats?: number;
  /** False if the record may lack step times because others were measured beside it; true if not said. */
  readonly timed?: boolean;
  /** Only for the words: with it the reason names what changed. */
  readonly environment?: Environment;
}

export type Reuse = { readonly record: MeasurementRecord } | { readonly reason: string };

/**
 * The resume rule. A record of the store is reused only if configuration, environment and measuring code all agree and its
 * outcome is a result (`measured`, `out-of-memory`); a `failed` or `skipped` one is tried again. Superseded records do not
 * count: what is reused is what a report of the same file shows.
 */
export function reusable(records: readonly MeasurementRecord[], wanted: MeasurementIdentity): Reuse {
  const candidates = latestRecords([records]).filter(({ configId }) => configId === wanted.configId);
  const sameEnvironment = candidates.find(({ environmentHash }) => environmentHash === wanted.environmentHash);
  const record = sameEnvironment ?? candidates.at(-1);
  if (record === undefined) return { reason: 'not measured yet' };
  const reasons = [
    ...environmentChange(record, wanted),
    ...codeChange(record, wanted),
    ...unfinished(record, wanted),
    ...tooFewSteps(record, wanted),
  ];
  return reasons.length === 0 ? { record } : { reason: reasons.join('; ') };
}

function environmentChange(record: MeasurementRecord, wanted: MeasurementIdentity): string[] {
  if (record.environmentHash === wanted.environmentHash) return [];
  const changes = wanted.environment === undefined ? [] : differences(record.environment, wanted.environment);
  return [`the environment changed${changes.length > 0 ? `: ${changes.join(', ')}` : ''}`];
}

/** `node 20.20.2 → 22.1.0`, one text for each value that differs. */
function differences(before: Environment, now: Environment): string[] {
  const [old, fresh] = [leaves(before), leaves(now)];
  return [...new Set([...old.keys(), ...fresh.keys()])]
    .filter((name) => old.get(name) !== fresh.get(name))
    .map((name) => `${name} ${old.get(name) ?? 'none'} → ${fresh.get(name) ?? 'none'}`);
}

function leaves({ device, variables, ...versions }: Environment): Map<string, string | null> {
  return new Map([
    ...Object.entries(device).map(([key, value]) => [`device ${key}`, value] as const),
    ...Object.entries(versions),
    ...Object.entries(variables),
  ]);
}

function codeChange(record: MeasurementRecord, wanted: MeasurementIdentity): string[] {
  const folders = [...new Set([...Object.keys(record.measuringCode), ...Object.keys(wanted.measuringCode)])];
  const changed = folders.filter((folder) => record.measuringCode[folder] !== wanted.measuringCode[folder]);
  return changed.length === 0 ? [] : [`the code in ${changed.sort().join(', ')} changed`];
}

function tooFewSteps(record: MeasurementRecord, { repeats = 1 }: MeasurementIdentity): string[] {
  if (record.outcome !== 'measured') return [];
  const measured = Math.max(...record.readings.map((reading) => reading.repeat));
  return measured < repeats ? [`${repeats} measured steps are asked for, the record has ${measured}`] : [];
}

/** The code of the error in a record whose steps were not timed because other configurations were measured at the same time. */
export const NOT_ALONE: ErrorCode = 'E_NOT_ALONE';

function unfinished(record: MeasurementRecord, { timed = true }: MeasurementIdentity): string[] {
  if (record.outcome === 'measured' && record.timingError !== null) {
    if (!timed && record.timingError.code === NOT_ALONE) return [];
    return [`the steps were not timed (${record.timingError.code})`];
  }
  if (record.outcome === 'failed') return [`the last attempt failed (${record.error.code})`];
  if (record.outcome === 'skipped') return [`the last attempt was skipped (${record.reason})`];
  return [];
}
