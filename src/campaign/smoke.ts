/** Does this device compute right, and do its allocator's statistics move as they should? In a process of its own. */
import { fileURLToPath } from 'node:url';
import type { RunConfig } from '../config/schema.ts';
import { fail } from '../errors.ts';
import type { NoStatistics } from '../runtime/allocatorStatistics.ts';
import type { Device } from '../runtime/device.ts';
import { lastWords, runCommand } from '../runtime/setup/command.ts';
import { childEnvironment, tensorflowVariables } from '../runtime/variables.ts';
import { isRight, type KnownAnswer } from './knownAnswers.ts';
import type { Movement } from './movement.ts';

type Allocator = RunConfig['runtime']['allocator'];

export interface Smoke {
  readonly allocator: Allocator;
  /** What TensorFlow really used. */
  readonly device: Device;
  readonly answers: readonly KnownAnswer[];
  readonly movement: Movement | NoStatistics;
}

const CHILD = fileURLToPath(
  new URL('./smokeChild.js', import.meta.url.replace(/\/src\/campaign\/smoke\.ts$/, '/dist/campaign/smoke.js')),
);

/** Throws E_RUNTIME_LOAD with the process's own words if it dies. */
export async function smoke(device: Device['kind'], allocator: Allocator, abort?: AbortSignal): Promise<Smoke> {
  const runtime = { backend: 'tensorflow', device, allocator, memoryLimitMiB: null } as const;
  const inherited = childEnvironment(process.env, tensorflowVariables(runtime, 'none'));
  const outcome = await runCommand(process.execPath, [CHILD, device, allocator], { inherited, abort });
  if (outcome.status !== 0) throw fail('E_RUNTIME_LOAD', { detail: lastWords(outcome, 8) });
  return { allocator, ...JSON.parse(outcome.stdout) };
}

/** What is wrong, one sentence each; nothing if all is well. */
export function faults({ answers, movement }: Smoke): string[] {
  const wrong = answers
    .filter((answer) => !isRight(answer))
    .map(
      ({ name, expected, found }) =>
        `${name}: ${found.slice(0, 4).join(' ')} instead of ${expected.slice(0, 4).join(' ')}`,
    );
  if ('reason' in movement || movement.right) return wrong;
  const { allocator, cameBytes, wentBytes, rule } = movement;
  return [...wrong, `${allocator}: 1 MiB came as ${cameBytes} B and went as ${wentBytes} B; its rule: ${rule}`];
}
