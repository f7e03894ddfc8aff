/** Runs a few lines on real TensorFlow with the `buffers` ledger and the allocation log side by side. */
import { spawnSync } from 'node:child_process';
import type { MarkReading } from '../../src/ledgers/ledger.ts';
import { AllocationLogReader } from '../../src/ledgers/requested.ts';
import { childEnvironment, tensorflowVariables } from '../../src/runtime/variables.ts';

const RUNTIME = { backend: 'tensorflow', device: 'cpu', allocator: 'bfc', memoryLimitMiB: null } as const;
const compiled = (path: string): string => new URL(`../../dist/${path}`, import.meta.url).href;

/** `script` sees `tf` and `mark(name)`. */
export function underLog(script: string): { buffers: readonly MarkReading[]; requested: readonly MarkReading[] } {
  const code = `
    import { buffers } from '${compiled('ledgers/buffers.js')}';
    import { allocationLogMarks } from '${compiled('ledgers/requested.js')}';
    import { loadRuntime } from '${compiled('runtime/load.js')}';
    const runtime = loadRuntime('tensorflow');
    const { tf } = runtime;
    const ledgers = [buffers, allocationLogMarks].map((source) => source.start(runtime));
    const mark = (name) => ledgers.forEach((ledger) => ledger.mark(name));
    ${script}
    console.log(JSON.stringify(ledgers[0].stop()));`;
  const env = childEnvironment(process.env, tensorflowVariables(RUNTIME, 'allocation-log'));
  const options = { env, encoding: 'utf8', maxBuffer: 2 ** 28 } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', code], options);
  const log = new AllocationLogReader();
  for (const line of stderr.split('\n')) log.line(line);
  if (status !== 0) throw new Error(log.otherLines.join('\n'));
  return { buffers: JSON.parse(stdout), requested: log.readings() };
}
