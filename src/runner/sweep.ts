/** Many configurations, one after the other or several at once; each record is on disk before the next configuration starts. */
import { configId } from '../config/configId.ts';
import type { RunConfig } from '../config/schema.ts';
import type { RuntimeFacts } from '../measure/job.ts';
import { type Reuse, reusable } from '../records/latest.ts';
import { type Environment, hashEnvironment, type MeasurementRecord } from '../records/measurement.ts';
import type { StoredTimeline } from '../records/timeline.ts';
import { describeEnvironment } from './environment.ts';
import { type MeasureContext, type MeasuringPhase, measureConfiguration } from './measureConfiguration.ts';
import { gitFacts, hashMeasuringCode } from './provenance.ts';

export type ProgressEvent =
  | {
      readonly kind: 'planned';
      readonly total: number;
      readonly reused: number;
      readonly reasons: readonly string[];
      /** How many are measured at once. */
      readonly jobs: number;
      readonly device: RuntimeFacts['device'];
    }
  | { readonly kind: 'started'; readonly index: number; readonly total: number; readonly config: RunConfig }
  | ({ readonly kind: 'phase'; readonly index: number; readonly total: number } & MeasuringPhase)
  | {
      /** It ran out of memory beside others, and is measured once more, alone, at the end. */
      readonly kind: 'postponed';
      readonly index: number;
      readonly total: number;
      readonly config: RunConfig;
    }
  | { readonly kind: 'finished'; readonly index: number; readonly total: number; readonly record: MeasurementRecord };

/** Timelines of records that were measured before, and a place for new ones. */
export interface TimelineShelf {
  /** Why the record has no timeline that it could have; null if nothing is missing. */
  missing(record: MeasurementRecord): string | null;
  keep(timeline: StoredTimeline): void;
}

export interface SweepOptions {
  readonly facts: RuntimeFacts;
  readonly repeats: number;
  readonly timeoutMs: number;
  /** How many configurations are measured at once; 1 if not said. Beside others steps are not timed, and bytes are the same. */
  readonly jobs?: number;
  readonly abort: AbortSignal;
  /** Measured before, in the same store. */
  readonly earlier: readonly MeasurementRecord[];
  /** Where given, every configuration gets a timeline: one that lacks it is measured again. */
  readonly timelines?: TimelineShelf | undefined;
  append(record: MeasurementRecord): void;
  onEvent(event: ProgressEvent): void;
}

interface Planned {
  readonly config: RunConfig;
  readonly environment: Environment;
  readonly environmentHash: string;
  /** The record that answers it, or why it has to be measured. */
  readonly verdict: Reuse;
}

/** One entry per distinct configuration. Measures nothing. */
export function planSweep(
  configs: readonly RunConfig[],
  options: Pick<SweepOptions, 'facts' | 'repeats' | 'jobs' | 'earlier' | 'timelines'>,
  measuringCode = hashMeasuringCode(),
): Planned[] {
  const distinct = [...new Map(configs.map((config) => [configId(config), config])).values()];
  return distinct.map((config) => {
    const environment = describeEnvironment(options.facts, config.runtime);
    const environmentHash = hashEnvironment(environment);
    const reuse = reusable(options.earlier, {
      configId: configId(config),
      environment,
      environmentHash,
      measuringCode,
      repeats: options.repeats,
      timed: !isCrowded(options),
    });
    const missing = 'record' in reuse ? (options.timelines?.missing(reuse.record) ?? null) : null;
    const verdict: Reuse = missing === null ? reuse : { reason: missing };
    return { config, environment, environmentHash, verdict };
  });
}

const isCrowded = ({ jobs = 1 }: Pick<SweepOptions, 'jobs'>): boolean => jobs > 1;

/** Whether others may have taken the memory that was missing: a GPU's is shared even under a limit, a CPU's without one. */
export const mayBeOthersDoing = ({ outcome, configuration }: MeasurementRecord): boolean =>
  outcome === 'out-of-memory' &&
  (configuration.runtime.device === 'gpu' || configuration.runtime.memoryLimitMiB === null);

/** Measures what `earlier` does not answer. Returns one record per configuration, reused ones included, in order. */
export async function runSweep(configs: readonly RunConfig[], options: SweepOptions): Promise<MeasurementRecord[]> {
  const measuringCode = hashMeasuringCode();
  const git = gitFacts();
  const plan = planSweep(configs, options, measuringCode);
  const measuredBefore = new Set(options.earlier.map((record) => record.configId));
  const again = plan.filter(({ config }) => measuredBefore.has(configId(config)));
  const reasons = again.flatMap(({ verdict }) => ('reason' in verdict ? [verdict.reason] : []));
  const reused = plan.filter(({ verdict }) => 'record' in verdict).length;
  const jobs = Math.min(options.jobs ?? 1, plan.length - reused);
  options.onEvent({
    kind: 'planned',
    jobs,
    total: plan.length,
    reused,
    reasons: [...new Set(reasons)],
    device: options.facts.device,
  });

  const { repeats, timeoutMs } = options;
  const failed = new AbortController(); // one that fails takes the others with it
  const abort = AbortSignal.any([options.abort, failed.signal]);
  const measure = async (index: number, { config, environment, environmentHash }: Planned, beside: number) => {
    options.onEvent({ kind: 'started', index, total: plan.length, config });
    const identity = { environment, environmentHash, measuringCode, git };
    const limits = { repeats, timeoutMs, abort, timed: beside === 0 };
    const onPhase = (phase: MeasuringPhase) => options.onEvent({ kind: 'phase', index, total: plan.length, ...phase });
    const context: MeasureContext = { ...identity, ...limits, onTimeline: options.timelines?.keep, onPhase };
    const record = await measureConfiguration(config, context);
    if (beside > 0 && mayBeOthersDoing(record)) {
      options.onEvent({ kind: 'postponed', index, total: plan.length, config });
      return null;
    }
    options.append(record);
    options.onEvent({ kind: 'finished', index, total: plan.length, record });
    return record;
  };
  const records: MeasurementRecord[] = [];
  const alone: [number, Planned][] = []; // what only a measurement without others can tell
  const queue = plan.entries(); // shared by all workers
  const worker = async (): Promise<void> => {
    for (const [index, planned] of queue) {
      const { verdict } = planned;
      const record = 'record' in verdict ? verdict.record : await measure(index, planned, jobs - 1);
      if (record === null) alone.push([index, planned]);
      else records[index] = record;
    }
  };
  const workers = Array.from({ length: Math.max(1, jobs) }, () => worker().catch((error) => failed.abort(error)));
  await Promise.all(workers);
  if (failed.signal.aborted) throw failed.signal.reason;
  for (const [index, planned] of alone) {
    const record = await measure(index, planned, 0);
    if (record !== null) records[index] = record;
  }
  return records;
}
