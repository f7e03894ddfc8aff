/** What a verb that measures sees to before it does. */
import { type Obstacle, obstacles } from '../config/buildable.ts';
import type { RunConfig } from '../config/schema.ts';
import { fail } from '../errors.ts';
import type { RuntimeFacts } from '../measure/job.ts';
import { requireDevice } from '../measure/run.ts';
import { probeRuntime } from '../runner/environment.ts';
import { requireGpu } from '../runtime/choice.ts';
import { setUpRuntime } from '../runtime/setup/index.ts';
import type { Story } from './progress.ts';

/** One message for all configurations; the same obstacle is named once. */
export function refuseUnbuildable(configs: readonly RunConfig[]): void {
  const found = new Map<string, Obstacle>();
  for (const config of configs)
    for (const obstacle of obstacles(config)) found.set(`${obstacle.path} ${obstacle.reason}`, obstacle);
  if (found.size === 0) return;
  throw fail('E_NOT_BUILDABLE', {
    detail: [...found.values()].map(({ path, reason }) => `  - ${path}: ${reason}`).join('\n'),
  });
}

/** Sets TensorFlow up if a configuration needs it, and asks it what it is. Throws E_DEVICE_NOT_USED where it is another device. */
export async function prepareRuntime(
  configs: readonly RunConfig[],
  { say }: Story,
  abort: AbortSignal,
): Promise<RuntimeFacts> {
  const only = <Key extends 'backend' | 'device'>(key: Key): RunConfig['runtime'][Key] => {
    const [value, ...others] = new Set(configs.map(({ runtime }) => runtime[key]));
    if (value !== undefined && others.length === 0) return value;
    throw fail('E_USAGE', { detail: `One run measures on one ${key}; give --${key}, or run twice.` });
  };
  const [backend, device] = [only('backend'), only('device')];
  if (device === 'gpu') requireGpu(); // before gigabytes are fetched for it
  if (backend === 'tensorflow') await setUpRuntime({ say, abort, device });
  const facts = await probeRuntime(backend, device, abort);
  requireDevice(facts, device);
  return facts;
}
