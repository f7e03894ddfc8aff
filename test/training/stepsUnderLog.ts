/** Many configurations in one process, each a few whole steps under TensorFlow's allocation log and nothing else: bytes of `requested`. */
import { spawnSync } from 'node:child_process';
import type { RunConfig } from '../../src/config/schema.ts';
import { LogReader } from '../../src/ledgers/logReader.ts';
import { RequestedCounter } from '../../src/ledgers/requested.ts';
import { byMark, type MeasuredQuantity, readQuantity } from '../../src/measure/quantities.ts';
import { childEnvironment, tensorflowVariables } from '../../src/runtime/variables.ts';

const RUNTIME = { backend: 'tensorflow', device: 'cpu', allocator: 'bfc', memoryLimitMiB: null } as const;
const STEPS = 3; // the first makes what the optimizer keeps; from the third on every step is alike
/** Of one process: its log is held in memory, some megabytes for each configuration. */
const MOST_CONFIGURATIONS = 40;
const compiled = (path: string): string => new URL(`../../dist/${path}`, import.meta.url).href;

export type ReadBytes = (quantity: Exclude<MeasuredQuantity, 'weights'>) => number;

/** For each configuration, in order: what `requested` reads in its third step. */
export function stepsUnderLog(configs: readonly RunConfig[]): ReadBytes[] {
  const starts = Array.from({ length: Math.ceil(configs.length / MOST_CONFIGURATIONS) }, (_, index) => index);
  return starts.flatMap((start) =>
    inOneProcess(configs.slice(start * MOST_CONFIGURATIONS, (start + 1) * MOST_CONFIGURATIONS)),
  );
}

function inOneProcess(configs: readonly RunConfig[]): ReadBytes[] {
  const requested = new RequestedCounter();
  const log = new LogReader((event) => requested.event(event));
  for (const line of logOf(configs).split('\n')) log.line(line);
  if (log.unknownDeallocations > 0) throw new Error('the log is not complete');
  const readings = requested.readings();
  return configs.map((_, index) => {
    const prefix = `${index}:`;
    const own = readings.filter(({ mark }) => mark.startsWith(prefix));
    const marks = byMark(own.map((reading) => ({ ...reading, mark: reading.mark.slice(prefix.length) })));
    return (quantity) => readQuantity(quantity, marks, STEPS).bytes;
  });
}

/** Without books nobody knows to which component a byte belongs; bytes are all that is asked here. */
function logOf(configs: readonly RunConfig[]): string {
  const code = `
    import { writeEvent } from '${compiled('ledgers/eventLines.js')}';
    import { filled } from '${compiled('model/variables.js')}';
    import { loadRuntime } from '${compiled('runtime/load.js')}';
    import { castsFor } from '${compiled('runtime/sixteenBit.js')}';
    import { createTrainer } from '${compiled('training/trainer.js')}';
    const runtime = loadRuntime('tensorflow');
    for (const [index, config] of ${JSON.stringify(configs)}.entries()) {
      const casts = castsFor(runtime, config.step.precision);
      const trainer = createTrainer(runtime.tf, config, { createVariable: filled(runtime.tf), casts });
      for (let step = 1; step <= ${STEPS}; step++)
        trainer.step((mark) => writeEvent({ kind: 'mark', mark: index + ':' + step + '.' + mark }));
      trainer.dispose();
      casts?.remove();
    }`;
  const env = childEnvironment(process.env, tensorflowVariables(RUNTIME, 'allocation-log'));
  const options = { env, encoding: 'utf8', maxBuffer: 2 ** 29 } as const;
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', code], options);
  if (status === 0) return stderr;
  throw new Error(stderr.slice(-2000));
}
