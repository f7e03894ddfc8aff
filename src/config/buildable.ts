/** Which configurations have no model or step that could be measured, and why. One table; `run` refuses by key, `--dry-run` too. */
import type { RunConfig } from './schema.ts';

interface Refusal {
  /** The key to change. */
  readonly path: string;
  stands(config: RunConfig): boolean;
  reason(config: RunConfig): string;
}

const sixteenBitWeights = ({ step }: RunConfig): boolean =>
  step.precision === 'float16' || step.precision === 'bfloat16';

const REFUSALS: readonly Refusal[] = [
  {
    path: 'step.keyValueCache',
    stands: ({ step, model }) => step.keyValueCache !== 'none' && model.architecture !== 'decoder',
    reason: ({ step, model }) =>
      `"${step.keyValueCache}" generates token by token, and of the architectures only "decoder" is built so, not "${model.architecture}"`,
  },
  {
    path: 'step.precision',
    stands: ({ step }) => step.kind === 'inference' && /^(autocast|mixed)-/.test(step.precision),
    reason: ({ step: { precision } }) =>
      `"${precision}" keeps 32-bit weights for the optimizer: inference has "float32", "float16" or "bfloat16"`,
  },
  {
    path: 'step.precision',
    stands: (config) => config.step.kind === 'training' && sixteenBitWeights(config),
    reason: ({ step: { precision } }) =>
      `"${precision}" has 16-bit weights, which lose what an optimizer adds to them: it is for inference; "mixed-${precision}" trains`,
  },
  {
    path: 'step.precision',
    stands: ({ step, runtime }) => step.precision !== 'float32' && runtime.backend === 'javascript',
    reason: ({ step: { precision } }) =>
      `"${precision}" needs 16-bit buffers, and tfjs's own backend has 32-bit ones only`,
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
