/** Runs a few lines on real TensorFlow with the ledgers and the allocation log side by side. */
import { spawnSync } from 'node:child_process';
import type { RunConfig } from '../../src/config/schema.ts';
import type { MarkReading } from '../../src/ledgers/ledger.ts';
import { LogReader } from '../../src/ledgers/logReader.ts';
import { RequestedCounter } from '../../src/ledgers/requested.ts';
import type { TimelineEvent } from '../../src/ledgers/timeline.ts';
import type { LedgerOutcome } from '../../src/measure/job.ts';
import type { Ledger } from '../../src/records/quantity.ts';
import { LedgerReadings } from '../../src/runner/ledgerReadings.ts';
import { childEnvironment, tensorflowVariables } from '../../src/runtime/variables.ts';

const compiled = (path: string): string => new URL(`../../dist/${path}`, import.meta.url).href;

export interface UnderLog {
  readonly buffers: readonly MarkReading[];
  readonly requested: readonly MarkReading[];
  readonly events: readonly TimelineEvent[];
  readonly log: LogReader;
  /** The readings of all that could count, `process` left out; complete only if there is a mark `start`. */
  readonly ledgers: ReadonlyMap<Ledger, readonly MarkReading[]>;
}

export interface UnderLogOptions {
  readonly allocator?: RunConfig['runtime']['allocator'];
}

/**
 * `script` sees `runtime`, `tf`, `mark(name)`, from the model `component(name, run)` and `layer(index, run)`, and the other compiled modules
 * by `await load('training/step.js')`.
 */
export function underLog(script: string, { allocator = 'bfc' }: UnderLogOptions = {}): UnderLog {
  const code = `
    import { keepBooks } from '${compiled('ledgers/keepBooks.js')}';
    import { LEDGER_SOURCES } from '${compiled('ledgers/index.js')}';
    import { component, layer } from '${compiled('model/component.js')}';
    import { loadRuntime } from '${compiled('runtime/load.js')}';
    const runtime = loadRuntime('tensorflow');
    const { tf } = runtime;
    const books = keepBooks(runtime);
    const load = (path) => import(new URL(path, '${compiled('')}'));
    const sources = LEDGER_SOURCES.filter(({ id }) => id !== 'process');
    const started = sources.map((source) => ({ ledger: source.id, running: source.start(runtime, books) }));
    const running = started.filter((entry) => 'mark' in entry.running);
    const mark = (name) => running.forEach((entry) => entry.running.mark(name));
    ${script}
    console.log(JSON.stringify(running.map((entry) => ({ ledger: entry.ledger, marks: entry.running.stop() }))));`;
  const runtime = { backend: 'tensorflow', device: 'cpu', allocator, memoryLimitMiB: null } as const;
  const env = childEnvironment(process.env, tensorflowVariables(runtime, 'allocation-log'));
  const options = { env, encoding: 'utf8', maxBuffer: 2 ** 28 } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', code], options);
  const requested = new RequestedCounter();
  const events: TimelineEvent[] = [];
  const log = new LogReader((event) => {
    events.push(event);
    requested.event(event);
  });
  const completed = new LedgerReadings(allocator);
  for (const line of stderr.split('\n')) {
    log.line(line);
    completed.log.line(line);
  }
  if (status !== 0) throw new Error(log.otherLines.join('\n'));
  const outcomes = completed.complete(JSON.parse(stdout) as LedgerOutcome[]);
  const ledgers = new Map(outcomes.flatMap((outcome) => ('marks' in outcome ? [[outcome.ledger, outcome.marks]] : [])));
  return { buffers: ledgers.get('buffers') ?? [], requested: requested.readings(), events, log, ledgers };
}
