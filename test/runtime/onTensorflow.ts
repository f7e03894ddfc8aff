/** Runs a few lines on the compiled code and real TensorFlow in a process of its own, and returns what they `answer`. */
import { spawnSync } from 'node:child_process';
import type { RunConfig } from '../../src/config/schema.ts';
import { chooseWheel } from '../../src/runtime/choice.ts';
import { requireInstallation } from '../../src/runtime/installation.ts';
import { childEnvironment, type Observation, tensorflowVariables } from '../../src/runtime/variables.ts';

export interface Conditions {
  readonly allocator?: RunConfig['runtime']['allocator'];
  readonly observation?: Observation;
}

const compiled = (path: string): string => new URL(`../../dist/${path}`, import.meta.url).href;

/** `script` may import `compiled` modules by `await load('runtime/load.js')`; it sees `installation` and calls `answer(value)` once. */
export function onTensorflow<Answer>(
  script: string,
  { allocator = 'bfc', observation = 'none' }: Conditions = {},
): Answer {
  const code = `
    const load = (path) => import(new URL(path, '${compiled('')}'));
    const installation = ${JSON.stringify(requireInstallation(chooseWheel('cpu')))};
    const answer = (value) => console.log(JSON.stringify(value));
    ${script}`;
  const runtime = { backend: 'tensorflow', device: 'cpu', allocator, memoryLimitMiB: null } as const;
  const env = childEnvironment(process.env, tensorflowVariables(runtime, observation));
  const options = { env, encoding: 'utf8', maxBuffer: 2 ** 28 } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', code], options);
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}
