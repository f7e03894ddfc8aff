/** Any configuration whose step can be built: every key of model, batch and step is drawn, small enough to be computed in milliseconds. */
import * as fc from 'fast-check';
import { obstacles } from '../../src/config/buildable.ts';
import { resolveConfig } from '../../src/config/resolve.ts';
import { type PartialConfig, type RunConfig, runConfigSchema } from '../../src/config/schema.ts';

/** One arbitrary for each key of a section. `undefined` leaves the key to its default. */
type EachKey<Section extends keyof RunConfig> = {
  [Key in keyof RunConfig[Section]]: fc.Arbitrary<RunConfig[Section][Key] | undefined>;
};

const upTo = (max: number): fc.Arbitrary<number> => fc.integer({ min: 1, max });
const orDerived = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined });
/** Any choice of the schema; what it names first is the simplest. */
const anyOf = <T>({ options }: { readonly options: readonly T[] }): fc.Arbitrary<T> => fc.constantFrom(...options);

const { model: modelSchema, step: stepSchema } = runConfigSchema.shape;

const model: EachKey<'model'> = {
  architecture: anyOf(modelSchema.shape.architecture),
  layers: upTo(3),
  hiddenSize: upTo(12),
  heads: upTo(4),
  keyValueHeads: orDerived(upTo(4)),
  headSize: orDerived(upTo(5)),
  feedForwardSize: orDerived(upTo(16)),
  vocabularySize: fc.integer({ min: 2, max: 24 }), // tfjs has no one-hot of one
  maxPositions: orDerived(upTo(9)),
  positions: anyOf(modelSchema.shape.positions),
  attention: fc.constant('unfused'), // the only one that can be built
  normalization: anyOf(modelSchema.shape.normalization),
  normalizationPlacement: anyOf(modelSchema.shape.normalizationPlacement),
  activation: anyOf(modelSchema.shape.activation),
  gatedFeedForward: fc.boolean(),
  biases: fc.boolean(),
  tiedEmbedding: fc.boolean(),
  dropout: fc.constantFrom(0, 0.1, 0.3),
};

const batch: EachKey<'batch'> = { size: upTo(6), sequenceLength: upTo(6), promptLength: fc.constant(undefined) };

const step: EachKey<'step'> = {
  kind: fc.constant('training'),
  keyValueCache: fc.constant(undefined),
  optimizer: anyOf(stepSchema.shape.optimizer),
  precision: anyOf(stepSchema.shape.precision),
  savedTensors: anyOf(stepSchema.shape.savedTensors),
  backward: anyOf(stepSchema.shape.backward),
  checkpointing: anyOf(stepSchema.shape.checkpointing),
  gradients: anyOf(stepSchema.shape.gradients),
  microBatches: upTo(3),
  teacher: fc.constantFrom('none', 'none', 'outside', 'inside'),
  teacherLayers: orDerived(upTo(3)),
  teacherHiddenSize: orDerived(upTo(12)),
  teacherHeads: orDerived(upTo(4)),
  teacherFeedForwardSize: orDerived(upTo(16)),
};

/** What the configuration's own rules let through, as a person would write it: a counterexample can be run as it is printed. */
export const anyStep: fc.Arbitrary<PartialConfig> = fc
  .record({ model: fc.record(model), batch: fc.record(batch), step: fc.record(step).map(sizesOfATeacherAlone) })
  .filter(isBuildable);

type AnyStep = NonNullable<PartialConfig['step']>;

/** Without a teacher, its sizes are drawn in vain. */
function sizesOfATeacherAlone(
  drawn: { [Key in keyof RunConfig['step']]: RunConfig['step'][Key] | undefined },
): AnyStep {
  const { teacherLayers, teacherHiddenSize, teacherHeads, teacherFeedForwardSize, ...others } = drawn;
  return (others.teacher === 'none' ? others : drawn) as AnyStep;
}

function isBuildable(partial: PartialConfig): boolean {
  try {
    return obstacles(resolveConfig(partial)).length === 0;
  } catch {
    return false; // the keys contradict each other
  }
}
