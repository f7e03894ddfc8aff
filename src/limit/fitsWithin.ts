/** Does a configuration run within so much memory? Found out by running it. */
import type { RunConfig } from '../config/schema.ts';
import type { MeasurementRecord } from '../records/measurement.ts';
import type { Side } from './edge.ts';

/** Measures one configuration, or finds its record; null when there is no time for it. */
export type Measure = (config: RunConfig) => Promise<MeasurementRecord | null>;

/** The same step under a limit of TensorFlow's own. */
export const withinMiB = (config: RunConfig, memoryLimitMiB: number): RunConfig => ({
  ...config,
  runtime: { ...config.runtime, memoryLimitMiB },
});

/** A sentence when it neither ran nor ran out of memory; null when there was no time. */
export async function fitsWithin(config: RunConfig, memoryLimitMiB: number, measure: Measure): Promise<Side> {
  const record = await measure(withinMiB(config, memoryLimitMiB));
  if (record === null) return null;
  if (record.outcome === 'measured') return true;
  if (record.outcome === 'out-of-memory') return false;
  const words = record.outcome === 'failed' ? record.error.message : record.reason;
  return `at ${memoryLimitMiB} MiB it neither ran nor ran out of memory: ${words}`;
}
