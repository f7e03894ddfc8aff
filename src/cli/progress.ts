/** The story, on stderr: one line per event. Nothing here is the product. */
import { describeConfig } from '../config/describe.ts';
import { NOT_ALONE } from '../records/latest.ts';
import type { MeasurementRecord } from '../records/measurement.ts';
import type { ProgressEvent } from '../runner/sweep.ts';
import { type ByteUnit, formatBytes } from '../units/bytes.ts';

export interface Story {
  say(line: string): void;
  detail(line: string): void;
}

export const story = (flags: { quiet: boolean; verbose: boolean }): Story => {
  const write = (line: string): void => void process.stderr.write(`memproof: ${line}\n`);
  return { say: flags.quiet ? () => {} : write, detail: flags.verbose && !flags.quiet ? write : () => {} };
};

export function tellProgress({ say, detail }: Story, unit?: ByteUnit): (event: ProgressEvent) => void {
  return (event) => {
    if (event.kind === 'planned') {
      const { total, reused, reasons } = event;
      const rest = total - reused;
      say(
        reused === 0
          ? `${total} configurations to measure`
          : `${reused} of ${total} already measured, ${rest} to measure`,
      );
      for (const reason of reasons) say(`measuring again: ${reason}`);
    } else if (event.kind === 'started') {
      const { memoryLimitMiB } = event.config.runtime;
      const line = `[${event.index + 1}/${event.total}] ${describeConfig(event.config)}`;
      if (memoryLimitMiB === null) detail(`${line} …`);
      else say(`${line} within ${memoryLimitMiB} MiB … (TensorFlow retries for ten seconds before it gives up)`);
    } else {
      say(
        `[${event.index + 1}/${event.total}] ${describeConfig(event.record.configuration)}: ${summarise(event.record, unit)}`,
      );
      for (const remark of remarks(event.record)) say(`  ${remark}`);
    }
  };
}

function summarise(record: MeasurementRecord, unit: ByteUnit | undefined): string {
  const { memory = 0, time = 0 } = record.durationsMs;
  const seconds = `${((memory + time) / 1000).toFixed(1)} s`;
  switch (record.outcome) {
    case 'measured': {
      const peak = record.readings.find(({ quantity, ledger }) => quantity === 'step-peak' && ledger !== 'tensors');
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
