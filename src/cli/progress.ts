/** The story, on stderr: one line per event. Nothing here is the product. */
import { describeConfig } from '../config/describe.ts';
import { NOT_ALONE } from '../records/latest.ts';
import type { MeasurementRecord } from '../records/measurement.ts';
import { WHOLE_PEAK } from '../records/quantity.ts';
import { plainLine } from '../report/plainLine.ts';
import type { ProgressEvent } from '../runner/sweep.ts';
import { type ByteUnit, formatBytes } from '../units/bytes.ts';
import { inert } from './inert.ts';
import { isLive } from './liveLines.ts';
import { Pace } from './pace.ts';
import { RunningLines } from './runningLines.ts';
import { LIVE } from './terminal.ts';

export interface Story {
  say(line: string): void;
  detail(line: string): void;
  /** What happens now, in place of what was shown of it before; left out where lines cannot be taken back. */
  readonly live?: ((lines: readonly string[]) => void) | undefined;
}

export const story = (flags: { quiet: boolean; verbose: boolean }): Story => {
  const write = (line: string): void => LIVE.above(inert(`memproof: ${line}\n`, false));
  const live = (lines: readonly string[]): void => LIVE.show(lines.map((line) => plainLine(`memproof: ${line}`)));
  return {
    say: flags.quiet ? () => {} : write,
    detail: flags.verbose && !flags.quiet ? write : () => {},
    live: !flags.quiet && isLive(process.stderr) ? live : undefined,
  };
};

/** One line per event, and where they can be taken back one for each configuration that is being measured. */
export function tellProgress(tell: Story, unit?: ByteUnit, pace = new Pace()): (event: ProgressEvent) => void {
  const running = new RunningLines(tell, pace);
  return (event) => {
    switch (event.kind) {
      case 'planned':
        pace.start(event.total - event.reused);
        return tellPlan(event, tell);
      case 'started':
        running.start(event);
        return tellStart(event, tell);
      case 'phase':
        return running.change(event);
      case 'postponed':
        running.finish(event);
        return tellPostponed(event, tell);
      case 'finished':
        pace.finished();
        running.finish(event);
        return tellEnd(event, pace.leftText(), tell, unit);
    }
  };
}

type EventOf<Kind extends ProgressEvent['kind']> = Extract<ProgressEvent, { kind: Kind }>;

function tellPlan({ total, reused, reasons, jobs, device }: EventOf<'planned'>, { say }: Story): void {
  const where = `on ${device.kind} (${device.name})`;
  say(
    reused === 0
      ? `${total} configurations to measure ${where}`
      : `${reused} of ${total} already measured, ${total - reused} to measure ${where}`,
  );
  for (const reason of reasons) say(`measuring again: ${reason}`);
  if (jobs > 1) say(`${jobs} configurations at once: bytes are counted, and steps are not timed`);
}

function tellStart({ index, total, config }: EventOf<'started'>, { say, detail }: Story): void {
  const { memoryLimitMiB } = config.runtime;
  const line = `[${index + 1}/${total}] ${describeConfig(config)}`;
  if (memoryLimitMiB === null) detail(`${line} …`);
  else say(`${line} within ${memoryLimitMiB} MiB … (TensorFlow retries for ten seconds before it gives up)`);
}

const tellPostponed = ({ index, total, config }: EventOf<'postponed'>, { say }: Story): void =>
  say(`[${index + 1}/${total}] ${describeConfig(config)}: out of memory beside others; once more at the end, alone`);

function tellEnd(
  { index, total, record }: EventOf<'finished'>,
  left: string | null,
  { say }: Story,
  unit: ByteUnit | undefined,
): void {
  const line = `[${index + 1}/${total}] ${describeConfig(record.configuration)}: ${summarise(record, unit)}`;
  say(left === null ? line : `${line}; ${left}`);
  for (const remark of remarks(record)) say(`  ${remark}`);
}

function summarise(record: MeasurementRecord, unit: ByteUnit | undefined): string {
  const { memory = 0, time = 0 } = record.durationsMs;
  const seconds = `${((memory + time) / 1000).toFixed(1)} s`;
  switch (record.outcome) {
    case 'measured': {
      const whole = WHOLE_PEAK[record.configuration.step.kind];
      const peak = record.readings.find(({ quantity, ledger }) => quantity === whole && ledger !== 'tensors');
      return `peak ${formatBytes(peak?.bytes ?? 0, unit)} in ${peak?.peak?.phase} (${peak?.peak?.kernel}), ${seconds}`;
    }
    case 'out-of-memory':
      return `${describeExhaustion(record.allocation, unit)}, ${seconds}`;
    case 'failed':
      return `failed: ${record.error.message}`;
    case 'skipped':
      return `skipped: ${record.reason}`;
  }
}

/** What a measured record says beside its numbers. */
function remarks(record: MeasurementRecord): string[] {
  if (record.outcome !== 'measured') return [];
  const untimed =
    record.timingError === null || record.timingError.code === NOT_ALONE
      ? []
      : [`the steps were not timed: ${record.timingError.message}`];
  return [...untimed, ...record.notes.map((note) => `note: ${note}`)];
}

type Allocation = Extract<MeasurementRecord, { outcome: 'out-of-memory' }>['allocation'];

function describeExhaustion(
  { phase, kernel, bytes, liveBytes, message }: Allocation,
  unit: ByteUnit | undefined,
): string {
  const wanted = bytes === null ? message : `${kernel ?? 'a kernel'} wanted ${formatBytes(bytes, unit)}`;
  return `out of memory in ${phase}: ${wanted}${liveBytes === null ? '' : ` with ${formatBytes(liveBytes, unit)} live`}`;
}
