/** The environment of a process that measures, for one that is running already: nothing foreign is loaded in it yet. */
import type { RunConfig } from '../../../config/schema.ts';
import { childEnvironment, tensorflowVariables } from '../../variables.ts';

type Asked = Pick<RunConfig['runtime'], 'device' | 'allocator'>;

/** `told` goes before what a measuring process has. */
export function becomeMeasuring(asked: Asked, told: Record<string, string> = {}): void {
  const runtime = { backend: 'tensorflow', memoryLimitMiB: null, ...asked } as const;
  const wanted = { ...childEnvironment(process.env, tensorflowVariables(runtime, 'none')), ...told };
  for (const name of Object.keys(process.env)) if (!(name in wanted)) delete process.env[name];
  Object.assign(process.env, wanted);
}
