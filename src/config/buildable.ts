/** Which configurations the model and the step can be built for today. One table; `run` refuses the rest by key. */
import { type RunConfig, valueAt } from './schema.ts';

/** Keys with a single value that can be built. A key that is not listed here has no such limit. */
const ONLY: Readonly<Record<string, readonly (string | number | boolean)[]>> = {
  'model.architecture': ['decoder'],
  'model.positions': ['learned'],
  'model.normalization': ['layer-norm'],
  'model.normalizationPlacement': ['pre'],
  'model.activation': ['gelu'],
  'model.gatedFeedForward': [false],
  'model.biases': [true],
  'model.dropout': [0],
  'step.kind': ['training'],
  'step.optimizer': ['adam'],
  'step.precision': ['float32'],
  'step.savedTensors': ['autodiff'],
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
  const { heads, keyValueHeads, headSize, hiddenSize } = config.model;
  if (keyValueHeads !== heads) {
    found.push({
      path: 'model.keyValueHeads',
      reason: `${keyValueHeads} is not built yet, only model.heads = ${heads}`,
    });
  }
  if (headSize * heads !== hiddenSize) {
    found.push({ path: 'model.headSize', reason: `${headSize} is not built yet, only hiddenSize / heads` });
  }
  if (config.runtime.memoryLimitMiB !== null && config.runtime.allocator !== 'bfc') {
    found.push({ path: 'runtime.memoryLimitMiB', reason: 'a limit needs runtime.allocator = "bfc"' });
  }
  return found;
}
