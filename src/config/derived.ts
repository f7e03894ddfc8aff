/** The keys whose default follows from others, after all layers are merged. */
import type { RunConfig } from './schema.ts';

interface DerivedKey<Said> {
  readonly text: string;
  of(said: Said): number | string | null;
}

/** What the derived sizes of a model follow from. */
interface ModelSaid {
  readonly model: Pick<RunConfig['model'], 'hiddenSize' | 'heads'>;
  readonly batch: Pick<RunConfig['batch'], 'sequenceLength'>;
}

const OF_MODEL = {
  'model.keyValueHeads': { text: 'heads', of: ({ model }: ModelSaid) => model.heads },
  'model.headSize': { text: 'hiddenSize / heads', of: ({ model }: ModelSaid) => model.hiddenSize / model.heads },
  'model.feedForwardSize': { text: '4 · hiddenSize', of: ({ model }: ModelSaid) => 4 * model.hiddenSize },
  'model.maxPositions': { text: 'sequenceLength', of: ({ batch }: ModelSaid) => batch.sequenceLength },
} as const;

/** What the sizes of a teacher follow from: those of its student, and its own width. */
interface StepSaid {
  readonly model: Pick<RunConfig['model'], 'layers' | 'hiddenSize' | 'heads' | 'feedForwardSize'>;
  readonly step: Pick<RunConfig['step'], 'teacher'> & { readonly teacherHiddenSize?: number | null | undefined };
}

/** What a generation follows from. */
interface GenerationSaid {
  readonly model: Pick<RunConfig['model'], 'architecture'>;
  readonly batch: Pick<RunConfig['batch'], 'sequenceLength'>;
  readonly step: Pick<RunConfig['step'], 'kind' | 'keyValueCache'>;
}

const OF_INFERENCE = {
  'step.keyValueCache': {
    text: 'concat for the inference of a decoder, else none',
    of: ({ model, step }: Pick<GenerationSaid, 'model'> & { readonly step: Pick<RunConfig['step'], 'kind'> }) =>
      step.kind === 'inference' && model.architecture === 'decoder' ? 'concat' : 'none',
  },
  'batch.promptLength': {
    text: 'half of sequenceLength with a cache, else null',
    of: ({ batch, step }: GenerationSaid) =>
      step.keyValueCache === 'none' ? null : Math.max(1, Math.floor(batch.sequenceLength / 2)),
  },
} as const;

/** No size where there is no teacher. */
const ofTeacher =
  (size: (said: StepSaid) => number) =>
  (said: StepSaid): number | null =>
    said.step.teacher === 'none' ? null : size(said);

const OF_STEP = {
  // A student half as deep as its teacher, and the same in all else: Sanh et al. 2019, "DistilBERT", §3.
  'step.teacherLayers': { text: '2 · layers', of: ofTeacher(({ model }) => 2 * model.layers) },
  'step.teacherHiddenSize': { text: 'hiddenSize', of: ofTeacher(({ model }) => model.hiddenSize) },
  'step.teacherHeads': { text: 'heads', of: ofTeacher(({ model }) => model.heads) },
  'step.teacherFeedForwardSize': {
    text: '⌈feedForwardSize · teacherHiddenSize / hiddenSize⌉',
    of: ofTeacher(({ model, step }) =>
      Math.ceil((model.feedForwardSize * (step.teacherHiddenSize ?? model.hiddenSize)) / model.hiddenSize),
    ),
  },
} as const;

export const DERIVED_KEYS = { ...OF_MODEL, ...OF_INFERENCE, ...OF_STEP };

/** The derivation of a dotted path; undefined where its default is a constant. */
export const derivedKey = (path: string): DerivedKey<RunConfig> | undefined =>
  (DERIVED_KEYS as Readonly<Record<string, DerivedKey<RunConfig>>>)[path];
