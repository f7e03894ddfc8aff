/** Which configurations have no model or step that could be measured, and why. One table; `run` refuses by key, `--dry-run` too. */
import { INFERENCE_REFUSALS } from './inference.ts';
import type { Refusal } from './refusal.ts';
import type { RunConfig } from './schema.ts';

const narrowWeights = ({ step }: RunConfig): boolean => /^(float16|bfloat16|int8-weights)$/.test(step.precision);

const REFUSALS: readonly Refusal[] = [
  ...INFERENCE_REFUSALS,
  {
    path: 'step.precision',
    stands: (config) => config.step.kind === 'training' && narrowWeights(config),
    reason: ({ step: { precision } }) =>
      precision === 'int8-weights'
        ? `"${precision}" has integers for weights, which no gradient moves: it is for inference`
        : `"${precision}" has 16-bit weights, which lose what an optimizer adds to them: it is for inference; "mixed-${precision}" trains`,
  },
  {
    path: 'step.precision',
    stands: ({ step, runtime }) => step.precision !== 'float32' && runtime.backend === 'javascript',
    reason: ({ step: { precision } }) =>
      `"${precision}" needs buffers narrower than 32 bits, and tfjs's own backend has 32-bit ones only`,
  },
  {
    path: 'step.teacher',
    stands: ({ step }) => step.teacher !== 'none' && step.kind !== 'training',
    reason: ({ step }) => `"${step.teacher}" has a second model for labels, and "${step.kind}" learns from none`,
  },
  {
    path: 'model.vocabularySize',
    stands: ({ model }) => model.vocabularySize === 1,
    reason: () => 'tfjs has no one-hot of depth 1, and a single token leaves nothing to predict',
  },
  {
    path: 'model.attention',
    stands: ({ model }) => model.attention === 'fused',
    reason: () => '"fused" needs one kernel for all of attention, and TensorFlow.js has no fused attention kernel',
  },
  {
    path: 'runtime.backend',
    stands: ({ runtime }) => runtime.backend === 'shapes',
    reason: () => '"shapes" is not built yet, only "tensorflow", "javascript"',
  },
  {
    path: 'runtime.backend',
    stands: ({ runtime }) => runtime.backend === 'external',
    reason: () => '"external" is for steps that another framework ran: they can be read, not run',
  },
  {
    path: 'runtime.memoryLimitMiB',
    stands: ({ runtime }) => runtime.memoryLimitMiB !== null && runtime.allocator !== 'bfc',
    reason: () => 'a limit needs runtime.allocator = "bfc"',
  },
];

export interface Obstacle {
  readonly path: string;
  readonly reason: string;
}

/** What stands in the way of building `config`; empty if nothing does. */
export const obstacles = (config: RunConfig): Obstacle[] =>
  REFUSALS.filter(({ stands }) => stands(config)).map(({ path, reason }) => ({ path, reason: reason(config) }));
