/** A measuring run on real TensorFlow whose allocator is followed: what it was asked, what it answered, and what it counted. */
import type { Region } from '../../src/allocator/regionOrder.ts';
import type { RequestEvent } from '../../src/allocator/requestEvent.ts';
import type { RunConfig } from '../../src/config/schema.ts';
import { parseEvent } from '../../src/ledgers/eventLines.ts';
import { LogReader } from '../../src/ledgers/logReader.ts';
import { outOfMemoryInLog } from '../../src/measure/outOfMemory.ts';
import type { AllocatorReading } from '../../src/runtime/allocatorStatistics.ts';
import { followedRun } from '../ledgers/followedRun.ts';
import { allocatorRequest } from './allocatorRequest.ts';

export interface RealRun {
  /** As the allocator met them. */
  readonly events: readonly RequestEvent[];
  /** The same, read from TensorFlow's allocation log without the followed lines. */
  readonly logged: readonly RequestEvent[];
  /** By id: what the allocator gave. */
  readonly chunks: ReadonlyMap<string, { readonly address: number; readonly chunkBytes: number }>;
  /** At the marks, in order, before the peak is cleared. */
  readonly readings: readonly AllocatorReading[];
  /** In the order in which TensorFlow took them. */
  readonly regions: readonly Region[];
  /** The request, rounded, that could not be met, and what was in use then; null if the run came to its end. */
  readonly refused: { readonly roundedBytes: number; readonly inUseBytes: number; readonly poolBytes: number } | null;
}

export interface RealRunOptions {
  /** Measured steps, after two of warm-up. */
  readonly repeats?: number;
  readonly variables?: NodeJS.ProcessEnv;
}

export function realRun(config: RunConfig, { repeats = 3, variables = {} }: RealRunOptions = {}): RealRun {
  const { status, lines } = followedRun(config, {
    repeats,
    observation: 'allocation-log',
    variables,
    onMark: "writeSync(2, '@@reading ' + JSON.stringify(statistics.read()) + '\\n');",
  });
  const run = read(lines);
  if ((status === 0) !== (run.refused === null)) throw new Error(lines.slice(-10).join('\n'));
  return run;
}

/** What the allocator says when it gives up (bfc_allocator.cc, AllocateRawInternal and DumpMemoryLog). */
function refusal(lines: readonly string[]): RealRun['refused'] {
  const refusedBytes = outOfMemoryInLog(lines)?.bytes ?? null;
  if (refusedBytes === null) return null;
  const said = (pattern: RegExp): number =>
    Number(pattern.exec(lines.findLast((line) => pattern.test(line)) ?? '')?.[1]);
  return {
    roundedBytes: refusedBytes,
    inUseBytes: said(/^InUse: +(\d+)$/),
    poolBytes: said(/Total bytes in pool: (\d+) /),
  };
}

function read(lines: readonly string[]): RealRun {
  const events: RequestEvent[] = [];
  const logged: RequestEvent[] = [];
  const chunks = new Map<string, { address: number; chunkBytes: number }>();
  const readings: AllocatorReading[] = [];
  const idAt = new Map<string, string>();
  const log = new LogReader((event) => {
    const request = allocatorRequest(event);
    if (request !== null) logged.push(request);
  });
  for (const line of lines) {
    if (line.startsWith('@@reading ')) readings.push(JSON.parse(line.slice('@@reading '.length)));
    const event = parseEvent(line);
    if (event?.kind === 'taken') {
      const id = String(chunks.size);
      idAt.set(event.address, id);
      chunks.set(id, { address: Number(event.address), chunkBytes: event.allocatedBytes });
      events.push({ kind: 'allocate', id, bytes: event.bytes });
    } else if (event?.kind === 'returned') {
      events.push({ kind: 'free', id: idAt.get(event.address) ?? 'unknown' });
    } else {
      if (event?.kind === 'mark') events.push({ kind: 'mark', name: event.mark });
      log.line(line);
    }
  }
  const regions = log.regions.map(({ address, bytes }) => ({ address, bytes }));
  return { events, logged, chunks, readings, regions, refused: refusal(lines) };
}
