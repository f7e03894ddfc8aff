/** What a step of inference may say to be built: it learns nothing, and what generates has a prompt and a cache. */
import type { Refusal } from './refusal.ts';
import { resolveConfig } from './resolve.ts';
import { type RunConfig, valueAt } from './schema.ts';

/** The keys that say how to learn: the same run must not have two ids, so each has what it has where nobody says anything. */
const OF_TRAINING = [
  'model.dropout',
  'step.optimizer',
  'step.savedTensors',
  'step.backward',
  'step.checkpointing',
  'step.gradients',
  'step.microBatches',
] as const;
const UNSAID = resolveConfig({});

const generates = ({ step }: RunConfig): boolean => step.keyValueCache !== 'none';

export const INFERENCE_REFUSALS: readonly Refusal[] = [
  ...OF_TRAINING.map(
    (path): Refusal => ({
      path,
      stands: (config) => config.step.kind === 'inference' && valueAt(config, path) !== valueAt(UNSAID, path),
      reason: (config) =>
        `"${valueAt(config, path)}" says how to learn, and inference does not: there it is "${valueAt(UNSAID, path)}"`,
    }),
  ),
  {
    path: 'step.keyValueCache',
    stands: (config) => generates(config) && config.step.kind !== 'inference',
    reason: ({ step }) => `"${step.keyValueCache}" is for inference, and step.kind is "${step.kind}"`,
  },
  {
    path: 'step.keyValueCache',
    stands: (config) => generates(config) && config.model.architecture !== 'decoder',
    reason: ({ step, model }) =>
      `"${step.keyValueCache}" generates token by token, and of the architectures only "decoder" is built so, not "${model.architecture}"`,
  },
  {
    path: 'batch.promptLength',
    stands: (config) => (config.batch.promptLength === null) === generates(config),
    reason: ({ batch, step }) =>
      `${batch.promptLength} does not go with step.keyValueCache "${step.keyValueCache}": a prompt is what generation begins with`,
  },
  {
    path: 'batch.promptLength',
    stands: ({ batch }) => batch.promptLength !== null && batch.promptLength > batch.sequenceLength,
    reason: ({ batch }) => `${batch.promptLength} is more than batch.sequenceLength = ${batch.sequenceLength}`,
  },
  {
    path: 'step.precision',
    stands: ({ step }) => step.kind === 'inference' && /^(autocast|mixed)-/.test(step.precision),
    reason: ({ step: { precision } }) =>
      `"${precision}" keeps 32-bit weights for the optimizer: inference has "float32", "float16", "bfloat16" or "int8-weights"`,
  },
];
