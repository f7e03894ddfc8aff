/** The second model of a distillation: of the student's family, and only what its own keys say is its own. */
import type { RunConfig } from './schema.ts';

/** The keys of a step without a second model. */
export const NO_TEACHER = {
  teacher: 'none',
  teacherLayers: null,
  teacherHiddenSize: null,
  teacherHeads: null,
  teacherFeedForwardSize: null,
} as const satisfies Partial<RunConfig['step']>;

const SIZES = ['teacherLayers', 'teacherHiddenSize', 'teacherHeads', 'teacherFeedForwardSize'] as const;

/**
 * The teacher as a configuration of its own; null where there is none. It is not trained: without dropout, and nothing of it is run again.
 * As many of its query heads share keys and values as of the student's, and all its heads together are as wide as it is.
 */
export function teacherOf(config: RunConfig): RunConfig | null {
  const { model, step } = config;
  const [layers, hiddenSize, heads, feedForwardSize] = SIZES.map((key) => step[key]);
  if (step.teacher === 'none' || layers == null || hiddenSize == null || heads == null || feedForwardSize == null)
    return null;
  const [headSize, keyValueHeads] = [hiddenSize / heads, heads / queryGroup(model)];
  return {
    ...config,
    model: { ...model, layers, hiddenSize, heads, headSize, keyValueHeads, feedForwardSize, dropout: 0 },
    step: { ...step, ...NO_TEACHER, checkpointing: 'none' },
  };
}

/** Query heads to one head of keys and values. */
const queryGroup = (model: RunConfig['model']): number => model.heads / model.keyValueHeads;

/** What the sizes of a teacher do not allow. Each line names the keys. */
export function teacherContradictions({ model, step }: RunConfig): string[] {
  if (step.teacher === 'none') {
    const named = SIZES.filter((key) => step[key] !== null);
    return named.map((key) => `step.${key} = ${step[key]} is the size of a teacher, and step.teacher is none`);
  }
  const [hiddenSize, heads] = [step.teacherHiddenSize ?? 0, step.teacherHeads ?? 1];
  if (hiddenSize % heads !== 0)
    return [`step.teacherHeads = ${heads} does not divide step.teacherHiddenSize = ${hiddenSize}`];
  const problems: string[] = [];
  if (model.heads % model.keyValueHeads === 0 && heads % queryGroup(model) !== 0) {
    problems.push(
      `step.teacherHeads = ${heads} is no multiple of the ${queryGroup(model)} query heads that share keys and values`,
    );
  }
  if (model.positions === 'rotary' && (hiddenSize / heads) % 2 !== 0) {
    problems.push(
      `step.teacherHiddenSize / step.teacherHeads = ${hiddenSize / heads} is odd, and rotary positions turn pairs`,
    );
  }
  return problems;
}
