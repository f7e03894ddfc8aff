/** One configuration → one record: a process that counts bytes, then a process that is only timed. */
import { configId } from '../config/configId.ts';
import type { RunConfig } from '../config/schema.ts';
import { type ErrorJson, fail, type MemproofError } from '../errors.ts';
import { AllocationLogReader } from '../ledgers/requested.ts';
import type { Answer, LedgerOutcome } from '../measure/job.ts';
import { expectedMarks, phaseAfter } from '../measure/marks.ts';
import { toReadings } from '../measure/quantities.ts';
import { type Environment, type MeasurementRecord, RECORD_VERSION } from '../records/measurement.ts';
import { childEnvironment, type Observation, tensorflowVariables } from '../runtime/variables.ts';
import { type ChildEnd, runChild } from './child.ts';

export interface MeasureContext {
  readonly environment: Environment;
  readonly environmentHash: string;
  readonly measuringCode: Record<string, string>;
  readonly git: MeasurementRecord['git'];
  readonly repeats: number;
  readonly timeoutMs: number;
  readonly abort: AbortSignal;
}

export async function measureConfiguration(config: RunConfig, context: MeasureContext): Promise<MeasurementRecord> {
  const { environment, environmentHash, measuringCode, git, repeats } = context;
  const durationsMs: Record<string, number> = {};
  const common = {
    version: RECORD_VERSION,
    configId: configId(config),
    configuration: config,
    environment,
    environmentHash,
    measuringCode,
    git,
    startedAt: new Date().toISOString(),
    durationsMs,
  } as const;
  const log = new AllocationLogReader();
  const run = async (kind: 'memory' | 'time'): Promise<ChildEnd> => {
    const observation: Observation = kind === 'memory' ? 'allocation-log' : 'none';
    const variables = tensorflowVariables(config.runtime, observation);
    const end = await runChild(
      { kind, config, repeats },
      {
        environment: childEnvironment(process.env, variables),
        timeoutMs: context.timeoutMs,
        abort: context.abort,
        onStderrLine: kind === 'memory' ? (line) => log.line(line) : () => {},
      },
    );
    durationsMs[kind] = Math.round(end.elapsedMs);
    durationsMs[`${kind}-load`] = Math.round(find(end, 'loaded')?.facts.loadMs ?? 0);
    return end;
  };

  const memory = await run('memory');
  const exhausted = find(memory, 'out-of-memory');
  if (exhausted !== undefined) {
    const { message, bytes, phase } = exhausted;
    return { ...common, outcome: 'out-of-memory', allocation: { message, bytes, phase } };
  }
  const counted = find(memory, 'memory');
  const failure = failureOf(memory, log, context.timeoutMs);
  if (counted === undefined || failure !== null) {
    return { ...common, outcome: 'failed', error: failure ?? fail('E_CHILD_DIED', died(memory, log)).toJSON() };
  }
  const ledgers = withLog(counted.ledgers, log);
  const incomplete = missingMarks(ledgers, repeats);
  if (incomplete !== null) return { ...common, outcome: 'failed', error: incomplete.toJSON() };

  const time = await run('time');
  return {
    ...common,
    outcome: 'measured',
    readings: ledgers.flatMap((entry) => ('marks' in entry ? toReadings(entry.ledger, entry.marks, repeats) : [])),
    unavailable: [
      ...ledgers.flatMap((entry) => ('reason' in entry ? [entry] : [])),
      { ledger: 'allocated', reason: 'not built yet' },
      { ledger: 'process', reason: 'not built yet' },
    ],
    stepTimesMs: [...(find(time, 'time')?.stepTimesMs ?? [])],
  };
}

const find = <Kind extends Answer['kind']>(end: ChildEnd, kind: Kind): Extract<Answer, { kind: Kind }> | undefined =>
  end.answers.find((answer): answer is Extract<Answer, { kind: Kind }> => answer.kind === kind);

/** The `requested` ledger was only marked in the child; its readings are in the log. */
function withLog(ledgers: readonly LedgerOutcome[], log: AllocationLogReader): LedgerOutcome[] {
  return ledgers.map((entry) =>
    entry.ledger === 'requested' && 'marks' in entry ? { ledger: 'requested', marks: log.readings() } : entry,
  );
}

function missingMarks(ledgers: readonly LedgerOutcome[], repeats: number): MemproofError | null {
  const wanted = expectedMarks(repeats);
  for (const entry of ledgers) {
    if (!('marks' in entry)) continue;
    const found = entry.marks.map(({ mark }) => mark);
    if (String(found) !== String(wanted)) {
      return fail('E_LEDGERS_DISAGREE', { ledger: entry.ledger, found: found.length, wanted: wanted.length });
    }
  }
  return null;
}

function failureOf(end: ChildEnd, log: AllocationLogReader, timeoutMs: number): ErrorJson | null {
  const error = find(end, 'error');
  if (error !== undefined) return error.error;
  if (end.timedOut) {
    return fail('E_CHILD_TIMEOUT', { seconds: timeoutMs / 1000, phase: died(end, log).phase }).toJSON();
  }
  return end.exitCode === 0 ? null : fail('E_CHILD_DIED', died(end, log)).toJSON();
}

/** How a process ended that gave no answer, with the last words of its stderr. */
function died(end: ChildEnd, log: AllocationLogReader) {
  const words = log.otherLines.slice(-5).join('\n');
  return {
    how: end.signal ?? `exit code ${end.exitCode}`,
    phase: phaseAfter(log.readings().at(-1)?.mark),
    detail: words === '' ? '' : `\n${words}`,
  };
}
