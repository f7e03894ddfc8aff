/** One configuration → one record: a process that counts bytes, then a process that is only timed. */
import { ranked } from '../allocator/regionOrder.ts';
import { configId } from '../config/configId.ts';
import type { RunConfig } from '../config/schema.ts';
import { type ErrorJson, fail, type MemproofError } from '../errors.ts';
import type { MarkReading } from '../ledgers/ledger.ts';
import { LogReader } from '../ledgers/logReader.ts';
import { type Answer, WARM_UP_STEPS, type WitnessOutcome } from '../measure/job.ts';
import { expectedMarks, phaseAfter } from '../measure/marks.ts';
import { outOfMemoryInLog } from '../measure/outOfMemory.ts';
import { toReadings, toWitnessEntries } from '../measure/readings.ts';
import { reconcile } from '../measure/reconciliation.ts';
import type { MarkedStep } from '../records/mark.ts';
import {
  type Environment,
  type MeasuredRecord,
  type MeasurementRecord,
  RECORD_VERSION,
  type WitnessEntry,
} from '../records/measurement.ts';
import type { Ledger } from '../records/quantity.ts';
import type { StoredTimeline } from '../records/timeline.ts';
import { childEnvironment, tensorflowVariables } from '../runtime/variables.ts';
import { type ChildEnd, runChild } from './child.ts';
import { LedgerReadings } from './ledgerReadings.ts';
import { TimelineRecorder } from './timelineRecorder.ts';

/** Where a measurement is: in which of its two processes, and what that does. */
export interface MeasuringPhase {
  readonly process: 'memory' | 'time';
  /** `loading TensorFlow`, `building the model`, `forward`, …; of the process that nothing observes only that it runs. */
  readonly phase: string;
}

export interface MeasureContext {
  readonly environment: Environment;
  readonly environmentHash: string;
  readonly measuringCode: Record<string, string>;
  readonly git: MeasurementRecord['git'];
  readonly repeats: number;
  readonly timeoutMs: number;
  /** False where other processes measure at the same time: a time would be theirs too. */
  readonly timed: boolean;
  readonly abort: AbortSignal;
  /** Where given, the first measured step is kept event by event. */
  readonly onTimeline?: ((timeline: StoredTimeline) => void) | undefined;
  /** Told of every change; the measured process knows nothing of it. */
  readonly onPhase?: ((phase: MeasuringPhase) => void) | undefined;
}

export async function measureConfiguration(config: RunConfig, context: MeasureContext): Promise<MeasurementRecord> {
  const { environment, environmentHash, measuringCode, git, repeats, timeoutMs, timed, abort, onTimeline, onPhase } =
    context;
  const startedAt = new Date().toISOString();
  const durationsMs: Record<string, number> = {};
  const run = async (kind: 'memory' | 'time', onStderrLine: (line: string) => void): Promise<ChildEnd> => {
    const variables = tensorflowVariables(config.runtime, kind === 'memory' ? 'allocation-log' : 'none');
    const childOptions = { environment: childEnvironment(process.env, variables), timeoutMs, abort, onStderrLine };
    const end = await runChild({ kind, config, repeats }, childOptions);
    durationsMs[kind] = Math.round(end.elapsedMs);
    durationsMs[`${kind}-load`] = Math.round(find(end, 'loaded')?.facts.loadMs ?? 0);
    return end;
  };

  const recorder = onTimeline === undefined ? null : new TimelineRecorder(WARM_UP_STEPS + 1, config.step);
  const readings = new LedgerReadings(config.runtime.allocator, recorder);
  onPhase?.({ process: 'memory', phase: phaseAfter(undefined) });
  const memory = await run('memory', (line) => {
    const before = readings.log.lastMark;
    readings.log.line(line);
    if (readings.log.lastMark !== before) onPhase?.({ process: 'memory', phase: phaseAfter(readings.log.lastMark) });
  });
  const result = resultOf(memory, readings, {
    onGpu: config.runtime.device === 'gpu',
    ...{ repeats, step: config.step, timeoutMs },
  });
  const time = async () => {
    if (!timed) return { stepTimesMs: [], timingError: fail('E_NOT_ALONE', {}).toJSON() };
    onPhase?.({ process: 'time', phase: 'timing' });
    const log = new LogReader(() => {});
    return timingOf(await run('time', (line) => log.line(line)), log, timeoutMs);
  };
  const timing = result.outcome === 'measured' ? await time() : {};
  const record: MeasurementRecord = {
    version: RECORD_VERSION,
    configId: configId(config),
    configuration: config,
    environment,
    environmentHash,
    measuringCode,
    git,
    startedAt,
    durationsMs,
    ...result,
    ...timing,
  } as MeasurementRecord; // `timing` is there exactly when the result is a measured one
  const timeline = recorder?.timeline(record) ?? null;
  if (timeline !== null) onTimeline?.(timeline);
  return record;
}

type Result =
  | Pick<MeasuredRecord, 'outcome' | 'readings' | 'unavailable' | 'notes' | 'reconciliation' | 'regions' | 'witnesses'>
  | Pick<Extract<MeasurementRecord, { outcome: 'out-of-memory' }>, 'outcome' | 'allocation'>
  | Pick<Extract<MeasurementRecord, { outcome: 'failed' }>, 'outcome' | 'error'>;

interface Asked {
  readonly onGpu: boolean;
  readonly repeats: number;
  readonly step: MarkedStep;
  readonly timeoutMs: number;
}

function resultOf(end: ChildEnd, readings: LedgerReadings, { onGpu, repeats, step, timeoutMs }: Asked): Result {
  const exhausted = find(end, 'out-of-memory');
  if (exhausted !== undefined) {
    const { kind: _, ...allocation } = exhausted;
    return { outcome: 'out-of-memory', allocation };
  }
  const crashed = end.signal === null || end.timedOut ? null : outOfMemoryInLog(readings.log.otherLines);
  if (crashed !== null) {
    return { outcome: 'out-of-memory', allocation: { ...crashed, phase: phaseAfter(readings.log.lastMark) } };
  }
  const counted = find(end, 'memory');
  const failure = failureOf(end, readings.log, timeoutMs);
  if (counted === undefined || failure !== null) {
    return { outcome: 'failed', error: failure ?? fail('E_CHILD_DIED', died(end, readings.log)).toJSON() };
  }
  const ledgers = readings.complete(counted.ledgers);
  const marks = new Map(ledgers.flatMap((entry) => ('marks' in entry ? [[entry.ledger, entry.marks] as const] : [])));
  const incomplete = missingMarks(marks, expectedMarks(repeats, step));
  if (incomplete !== null) return { outcome: 'failed', error: incomplete.toJSON() };
  return {
    outcome: 'measured',
    readings: [...marks].flatMap(([ledger, own]) => toReadings(ledger, own, repeats)),
    unavailable: ledgers.flatMap((entry) => ('reason' in entry ? [entry] : [])),
    notes: readings.notes(),
    reconciliation: reconcile(marks, WARM_UP_STEPS + 1),
    ...regionsOf(readings.log, onGpu),
    ...(counted.witnesses.length > 0 && { witnesses: witnessEntries(counted.witnesses, repeats) }),
  };
}

/** Of the device that is measured: on a GPU the host has a BFC of its own. */
function regionsOf({ regions: all }: LogReader, onGpu: boolean): Pick<MeasuredRecord, 'regions'> {
  const regions = ranked(all.filter(({ allocator }) => !onGpu || allocator.startsWith('GPU_')));
  return regions.length === 0 ? {} : { regions };
}

const witnessEntries = (outcomes: readonly WitnessOutcome[], repeats: number): WitnessEntry[] =>
  outcomes.flatMap((outcome) =>
    'reason' in outcome ? [outcome] : toWitnessEntries(outcome.witness, outcome.marks, repeats),
  );

/** The times, or why there are none: bytes that were counted are kept without them. */
function timingOf(
  end: ChildEnd,
  log: LogReader,
  timeoutMs: number,
): Pick<MeasuredRecord, 'stepTimesMs' | 'timingError'> {
  const times = find(end, 'time');
  if (times !== undefined) return { stepTimesMs: [...times.stepTimesMs], timingError: null };
  const exhausted = find(end, 'out-of-memory');
  const error =
    exhausted === undefined
      ? (failureOf(end, log, timeoutMs) ?? fail('E_CHILD_DIED', died(end, log)).toJSON())
      : fail('E_STEP_FAILED', { phase: exhausted.phase, detail: exhausted.message }).toJSON();
  return { stepTimesMs: [], timingError: error };
}

const find = <Kind extends Answer['kind']>(end: ChildEnd, kind: Kind): Extract<Answer, { kind: Kind }> | undefined =>
  end.answers.find((answer): answer is Extract<Answer, { kind: Kind }> => answer.kind === kind);

function missingMarks(
  marks: ReadonlyMap<Ledger, readonly MarkReading[]>,
  wanted: readonly string[],
): MemproofError | null {
  for (const [ledger, readings] of marks) {
    const found = readings.map(({ mark }) => mark);
    if (String(found) !== String(wanted)) {
      return fail('E_LEDGERS_DISAGREE', { ledger, found: found.length, wanted: wanted.length });
    }
  }
  return null;
}

function failureOf(end: ChildEnd, log: LogReader, timeoutMs: number): ErrorJson | null {
  const error = find(end, 'error');
  if (error !== undefined) return error.error;
  if (end.timedOut) {
    return fail('E_CHILD_TIMEOUT', { seconds: timeoutMs / 1000, phase: died(end, log).phase }).toJSON();
  }
  return end.exitCode === 0 ? null : fail('E_CHILD_DIED', died(end, log)).toJSON();
}

/** How a process ended that gave no answer, with the last words of its stderr. */
function died(end: ChildEnd, log: LogReader) {
  const words = log.otherLines.slice(-5).join('\n');
  return {
    how: end.signal ?? `exit code ${end.exitCode}`,
    phase: phaseAfter(log.lastMark),
    detail: words === '' ? '' : `\n${words}`,
  };
}
