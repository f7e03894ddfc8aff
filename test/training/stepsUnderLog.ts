/** Many configurations in one process, each a few whole steps under TensorFlow's allocation log and nothing else: bytes of `requested`. */
import { spawnSync } from 'node:child_process';
import type { RunConfig } from '../../src/config/schema.ts';
import { LogReader } from '../../src/ledgers/logReader.ts';
import { RequestedCounter } from '../../src/ledgers/requested.ts';
import { childEnvironment, tensorflowVariables } from '../../src/runtime/variables.ts';
import { compiled, type StepQuantity, thirdSteps } from './manyConfigurations.ts';

const RUNTIME = { backend: 'tensorflow', device: 'cpu', allocator: 'bfc', memoryLimitMiB: null } as const;

export type ReadBytes = (quantity: StepQuantity) => number;

/** For each configuration, in order: what `requested` reads in its third step. */
export const stepsUnderLog = (configs: readonly RunConfig[]): ReadBytes[] =>
  thirdSteps(configs, (script) => {
    const requested = new RequestedCounter();
    const log = new LogReader((event) => requested.event(event));
    for (const line of logOf(script).split('\n')) log.line(line);
    if (log.unknownDeallocations > 0) throw new Error('the log is not complete');
    return requested.readings();
  }).map((read) => (quantity) => read(quantity).bytes);

/** Without books nobody knows to which component a byte belongs; bytes are all that is asked here. */
function logOf(script: string): string {
  const code = `
    import { writeEvent } from '${compiled('ledgers/eventLines.js')}';
    import { loadRuntime } from '${compiled('runtime/load.js')}';
    const runtime = loadRuntime('tensorflow');
    const mark = (name) => writeEvent({ kind: 'mark', mark: name });
    ${script}`;
  const env = childEnvironment(process.env, tensorflowVariables(RUNTIME, 'allocation-log'));
  const options = { env, encoding: 'utf8', maxBuffer: 2 ** 29 } as const;
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', code], options);
  if (status === 0) return stderr;
  throw new Error(stderr.slice(-2000));
}
