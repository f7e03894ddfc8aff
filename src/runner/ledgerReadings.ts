/** The readings of all ledgers of a run: what the child counted itself, and what its log tells. */
import type { RunConfig } from '../config/schema.ts';
import { ChunkCounter } from '../ledgers/chunks.ts';
import type { Instant, MarkReading } from '../ledgers/ledger.ts';
import { LogReader } from '../ledgers/logReader.ts';
import { RequestedCounter } from '../ledgers/requested.ts';
import type { LedgerOutcome } from '../measure/job.ts';
import { START } from '../measure/marks.ts';
import type { TimelineRecorder } from './timelineRecorder.ts';

export class LedgerReadings {
  readonly log: LogReader;
  private readonly requested = new RequestedCounter();
  private readonly chunks: ChunkCounter;

  constructor(allocator: RunConfig['runtime']['allocator'], recorder: TimelineRecorder | null = null) {
    this.chunks = new ChunkCounter(allocator);
    this.log = new LogReader((event) => {
      this.requested.event(event);
      this.chunks.event(event);
      recorder?.event(event);
    });
  }

  /** Completes what the child answered: `requested` is only marked there, `allocated` does not know its parts. */
  complete(counted: readonly LedgerOutcome[]): LedgerOutcome[] {
    const damage = this.damage();
    return counted.map((outcome) => {
      if (!('marks' in outcome)) return outcome;
      if (outcome.ledger === 'requested') {
        return {
          ledger: 'requested',
          ...(damage === null ? { marks: this.requested.readings() } : { reason: damage }),
        };
      }
      if (outcome.ledger === 'allocated' && damage === null) {
        return { ledger: 'allocated', marks: withParts(outcome.marks, this.chunks.readings()) };
      }
      return outcome;
    });
  }

  /** What the log had that nobody expected; the measurement goes on without it. */
  notes(): string[] {
    const unknown = [...this.log.unknownMessages];
    return unknown.length === 0
      ? []
      : [`the allocation log has messages that are not known here: ${unknown.join(', ')}`];
  }

  /** Why `requested` cannot be told from this log; null if it can. */
  private damage(): string | null {
    const { damagedLines, missingLines, unknownDeallocations } = this.log;
    if (missingLines > 0) return `of what the followed allocator told ${missingLines} lines are missing`;
    if (damagedLines === 0 && unknownDeallocations === 0) return null;
    return `the allocation log has ${damagedLines} damaged lines and ${unknownDeallocations} deallocations of unknown memory`;
  }
}

/** The allocator counts chunks; the log knows what was asked for in each of them, at the same instants. */
function withParts(marks: readonly MarkReading[], chunks: readonly MarkReading[]): MarkReading[] {
  const of = new Map(chunks.map((reading) => [reading.mark, reading]));
  const start = marks.find(({ mark }) => mark === START);
  // What TensorFlow took for itself before the model, without a word in the log: on a GPU, scratch for all kernels.
  const baselineBytes = (start?.levelBytes ?? 0) - (of.get(START)?.levelBytes ?? 0);
  const withBaseline = (instant: Instant): Instant =>
    baselineBytes === 0 ? instant : { ...instant, parts: { ...instant.parts, 'runtime-baseline': baselineBytes } };
  return marks.map((reading) => {
    const { level = {}, peak = {}, peakKernel = null, peakComponent = null } = of.get(reading.mark) ?? {};
    return { ...reading, level: withBaseline(level), peak: withBaseline(peak), peakKernel, peakComponent };
  });
}
