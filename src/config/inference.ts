/** What a step of inference may say: it learns nothing, and what generates has a prompt and a cache. */
import type { RunConfig } from './schema.ts';

/** The keys that say how to learn, each with what it has where nobody does: the same run must not have two ids. */
const OF_TRAINING = {
  optimizer: 'adam',
  savedTensors: 'autodiff',
  backward: 'retaining',
  checkpointing: 'none',
  gradients: 'freed',
  microBatches: 1,
} as const satisfies Partial<RunConfig['step']>;

/** Each line names the keys. */
export function inferenceContradictions({ model, batch, step }: RunConfig): string[] {
  const { kind, keyValueCache } = step;
  const problems: string[] = [];
  if (kind === 'inference') {
    for (const [key, unsaid] of Object.entries(OF_TRAINING)) {
      const said = step[key as keyof typeof OF_TRAINING];
      if (said !== unsaid) problems.push(`step.${key} = ${said} says how to learn, and step.kind = inference does not`);
    }
    if (model.dropout !== 0)
      problems.push(
        `model.dropout = ${model.dropout} drops nothing where nothing is learned: step.kind = inference has 0`,
      );
  } else if (keyValueCache !== 'none') {
    problems.push(`step.keyValueCache = ${keyValueCache} is for inference, and step.kind = ${kind}`);
  }
  const { promptLength, sequenceLength } = batch;
  if ((promptLength === null) !== (keyValueCache === 'none')) {
    problems.push(`batch.promptLength = ${promptLength} does not go with step.keyValueCache = ${keyValueCache}`);
  }
  if (promptLength !== null && promptLength > sequenceLength) {
    problems.push(`batch.promptLength = ${promptLength} is more than batch.sequenceLength = ${sequenceLength}`);
  }
  return problems;
}
