/** Many configurations, one after the other; each record is on disk before the next configuration starts. */
import { configId } from '../config/configId.ts';
import type { RunConfig } from '../config/schema.ts';
import type { RuntimeFacts } from '../measure/job.ts';
import { type Reuse, reusable } from '../records/latest.ts';
import { type Environment, hashEnvironment, type MeasurementRecord } from '../records/measurement.ts';
import type { StoredTimeline } from '../records/timeline.ts';
import { describeEnvironment } from './environment.ts';
import { type MeasureContext, measureConfiguration } from './measureConfiguration.ts';
import { gitFacts, hashMeasuringCode } from './provenance.ts';

export type ProgressEvent =
  | { readonly kind: 'planned'; readonly total: number; readonly reused: number; readonly reasons: readonly string[] }
  | { readonly kind: 'started'; readonly index: number; readonly total: number; readonly config: RunConfig }
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
  options: Pick<SweepOptions, 'facts' | 'repeats' | 'earlier' | 'timelines'>,
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
    });
    const missing = 'record' in reuse ? (options.timelines?.missing(reuse.record) ?? null) : null;
    const verdict: Reuse = missing === null ? reuse : { reason: missing };
    return { config, environment, environmentHash, verdict };
  });
}

/** Measures what `earlier` does not answer. Returns one record per configuration, reused ones included, in order. */
export async function runSweep(configs: readonly RunConfig[], options: SweepOptions): Promise<MeasurementRecord[]> {
  const measuringCode = hashMeasuringCode();
  const git = gitFacts();
  const plan = planSweep(configs, options, measuringCode);
  const measuredBefore = new Set(options.earlier.map((record) => record.configId));
  const again = plan.filter(({ config }) => measuredBefore.has(configId(config)));
  const reasons = again.flatMap(({ verdict }) => ('reason' in verdict ? [verdict.reason] : []));
  const reused = plan.filter(({ verdict }) => 'record' in verdict).length;
  options.onEvent({ kind: 'planned', total: plan.length, reused, reasons: [...new Set(reasons)] });

  const records: MeasurementRecord[] = [];
  for (const [index, { config, environment, environmentHash, verdict }] of plan.entries()) {
    if ('record' in verdict) {
      records.push(verdict.record);
      continue;
    }
    options.onEvent({ kind: 'started', index, total: plan.length, config });
    const { repeats, timeoutMs, abort } = options;
    const identity = { environment, environmentHash, measuringCode, git };
    const context: MeasureContext = { ...identity, repeats, timeoutMs, abort, onTimeline: options.timelines?.keep };
    const record = await measureConfiguration(config, context);
    options.append(record);
    records.push(record);
    options.onEvent({ kind: 'finished', index, total: plan.length, record });
  }
  return records;
}
