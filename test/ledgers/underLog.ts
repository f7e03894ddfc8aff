/** Runs a few lines on real TensorFlow with the books and the allocation log side by side. */
import { spawnSync } from 'node:child_process';
import type { MarkReading } from '../../src/ledgers/ledger.ts';
import { LogReader } from '../../src/ledgers/logReader.ts';
import { RequestedCounter } from '../../src/ledgers/requested.ts';
import type { TimelineEvent } from '../../src/ledgers/timeline.ts';
import { childEnvironment, tensorflowVariables } from '../../src/runtime/variables.ts';

const RUNTIME = { backend: 'tensorflow', device: 'cpu', allocator: 'bfc', memoryLimitMiB: null } as const;
const compiled = (path: string): string => new URL(`../../dist/${path}`, import.meta.url).href;

export interface UnderLog {
  readonly buffers: readonly MarkReading[];
  readonly requested: readonly MarkReading[];
  readonly events: readonly TimelineEvent[];
  readonly log: LogReader;
}

/** `script` sees `tf`, `mark(name)`, and from the model `component(name, run)` and `layer(index, run)`. */
export function underLog(script: string): UnderLog {
  const code = `
    import { keepBooks } from '${compiled('ledgers/keepBooks.js')}';
    import { buffers } from '${compiled('ledgers/buffers.js')}';
    import { requestedMarks } from '${compiled('ledgers/requested.js')}';
    import { component, layer } from '${compiled('model/component.js')}';
    import { loadRuntime } from '${compiled('runtime/load.js')}';
    const runtime = loadRuntime('tensorflow');
    const { tf } = runtime;
    const books = keepBooks(runtime);
    const ledgers = [buffers, requestedMarks].map((source) => source.start(runtime, books));
    const mark = (name) => ledgers.forEach((ledger) => ledger.mark(name));
    ${script}
    console.log(JSON.stringify(ledgers[0].stop()));`;
  const env = childEnvironment(process.env, tensorflowVariables(RUNTIME, 'allocation-log'));
  const options = { env, encoding: 'utf8', maxBuffer: 2 ** 28 } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', code], options);
  const requested = new RequestedCounter();
  const events: TimelineEvent[] = [];
  const log = new LogReader((event) => {
    events.push(event);
    requested.event(event);
  });
  for (const line of stderr.split('\n')) log.line(line);
  if (status !== 0) throw new Error(log.otherLines.join('\n'));
  return { buffers: JSON.parse(stdout), requested: requested.readings(), events, log };
}
