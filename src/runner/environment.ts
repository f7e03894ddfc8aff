/** Where a measurement was made: asked of a process that loads the runtime, before anything is measured. */
import type { RunConfig } from '../config/schema.ts';
import { fail, MemproofError } from '../errors.ts';
import type { RuntimeFacts } from '../measure/job.ts';
import type { Environment } from '../records/measurement.ts';
import { childEnvironment, tensorflowVariables } from '../runtime/variables.ts';
import { runChild } from './child.ts';

type Runtime = RunConfig['runtime'];

/** Loads the runtime in a process of its own and returns what it says. Throws the error of that process. */
export async function probeRuntime(
  backend: Runtime['backend'],
  device: Runtime['device'],
  abort: AbortSignal,
): Promise<RuntimeFacts> {
  const variables = tensorflowVariables({ backend, device, allocator: 'bfc', memoryLimitMiB: null }, 'none');
  const lines: string[] = [];
  const end = await runChild(
    { kind: 'probe', backend, device },
    {
      environment: childEnvironment(process.env, variables),
      timeoutMs: 0,
      abort,
      onStderrLine: (line) => lines.push(line),
    },
  );
  for (const answer of end.answers) {
    if (answer.kind === 'loaded') return answer.facts;
    if (answer.kind === 'error') throw new MemproofError(answer.error);
  }
  throw fail('E_RUNTIME_LOAD', {
    detail: `${end.signal ?? `exit code ${end.exitCode}`}\n${lines.slice(-8).join('\n')}`,
  });
}

/** The environment of a record. `variables` are those that the memory run of `runtime` gets. */
export function describeEnvironment(facts: RuntimeFacts, runtime: Runtime): Environment {
  return {
    device: facts.device,
    driver: facts.driver,
    cuda: facts.cuda,
    tensorflow: facts.tensorflowVersion,
    tfjs: facts.tfjsVersion,
    node: process.versions.node,
    platform: `${process.platform}-${process.arch}`,
    variables: runtime.backend === 'tensorflow' ? tensorflowVariables(runtime, 'allocation-log') : {},
  };
}
