/** Which configurations the model and the step can be built for today. One table; `run` refuses the rest by key. */
import { type RunConfig, valueAt } from './schema.ts';

/** Keys with a single value that can be built. A key that is not listed here has no such limit. */
const ONLY: Readonly<Record<string, readonly (string | number | boolean)[]>> = {
  'step.kind': ['training'],
  'step.precision': ['float32'],
  'step.backward': ['retaining'],
  'step.checkpointing': ['none'],
  'step.gradients': ['freed'],
  'step.microBatches': [1],
  'runtime.backend': ['tensorflow', 'javascript'],
};

export interface Obstacle {
  readonly path: string;
  readonly reason: string;
}

/** What stands in the way of building `config`; empty if nothing does. */
export function obstacles(config: RunConfig): Obstacle[] {
  const found: Obstacle[] = [];
  for (const [path, allowed] of Object.entries(ONLY)) {
    const value = valueAt(config, path);
    if (!allowed.includes(value as string)) {
      found.push({
        path,
        reason: `${JSON.stringify(value)} is not built yet, only ${allowed.map((v) => JSON.stringify(v)).join(', ')}`,
      });
    }
  }
  if (config.runtime.memoryLimitMiB !== null && config.runtime.allocator !== 'bfc') {
    found.push({ path: 'runtime.memoryLimitMiB', reason: 'a limit needs runtime.allocator = "bfc"' });
  }
  return found;
}
