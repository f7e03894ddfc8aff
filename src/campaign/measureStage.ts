/** One stage of a campaign: configurations one by one into a file of records, as long as there is time. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { RunConfig } from '../config/schema.ts';
import type { RuntimeFacts } from '../measure/job.ts';
import type { MeasurementRecord } from '../records/measurement.ts';
import { openStore, type RecordStore } from '../records/store.ts';
import { type ProgressEvent, planSweep, runSweep } from '../runner/sweep.ts';
import { type Clock, withDeadline } from './clock.ts';

export interface Measuring {
  readonly facts: RuntimeFacts;
  readonly folder: string;
  readonly clock: Clock;
  readonly abort: AbortSignal;
  /** Gets one event per configuration that is really measured. */
  readonly onEvent: (event: ProgressEvent) => void;
  readonly say: (line: string) => void;
}

/** Measures one configuration, or takes its record from an earlier campaign; null when there is no time for it. */
export type MeasureOne = (config: RunConfig, place?: Place) => Promise<MeasurementRecord | null>;

/** Which of how many it is, for the story. */
export interface Place {
  readonly index: number;
  readonly total: number;
}

/** `name` is the file; what an earlier campaign measured there is not measured again. */
export function measurer(name: string, repeats: number, guessMs: number, measuring: Measuring): MeasureOne {
  const { facts, folder, clock, abort, onEvent, say } = measuring;
  const file = join(folder, `${name}.jsonl`);
  const open = (): RecordStore => {
    const opened = openStore(file);
    for (const warning of opened.warnings) say(`warning: ${warning}`);
    return opened;
  };
  let store = existsSync(file) ? open() : null; // a stage that never gets its turn leaves no file
  const stored = [...(store?.records ?? [])];
  clock.nextKind();
  return async (config, place) => {
    const tell = (event: ProgressEvent): void => {
      if (event.kind === 'finished') onEvent({ ...event, ...place }); // the sweep's own plan is of one configuration
    };
    const options = { facts, repeats, timeoutMs: 0, earlier: stored, onEvent: tell };
    const verdict = planSweep([config], options)[0]?.verdict;
    if (verdict !== undefined && 'record' in verdict) return verdict.record;
    if (!clock.allows(guessMs)) return null;
    const deadline = withDeadline(abort, clock);
    const append = (record: MeasurementRecord): void => {
      store ??= open();
      store.append(record);
      stored.push(record);
    };
    try {
      const [record] = await clock.timed(() => runSweep([config], { ...options, append, abort: deadline }));
      return record ?? null;
    } catch (error) {
      if (deadline.aborted && !abort.aborted) return null; // the time is over; nothing was recorded
      throw error;
    }
  };
}
