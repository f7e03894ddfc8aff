/** Where each of the exact polynomials holds. Where one does not, it says nothing and the prediction is `unsupported`. */
import type { RunConfig } from '../../config/schema.ts';
import type { Ledger, Quantity } from '../../records/quantity.ts';
import { keyIs, sizeIs } from '../assumption.ts';
import { type Assumption, type Prediction, unsupported } from '../estimator.ts';
import { TRAINABLE_PRECISIONS } from './widths.ts';

export const UNFUSED = keyIs('unfused', 'Attention of plain ops: scores, softmax, values', 'model.attention', [
  'unfused',
]);
export const TENSORFLOW = keyIs('tensorflow', "TensorFlow's kernels, or their shapes", 'runtime.backend', [
  'tensorflow',
  'shapes',
]);

/** Of every quantity of a step. */
export const STEP_GROUND: readonly Assumption[] = [
  keyIs('training', 'A training step', 'step.kind', ['training']),
  keyIs('trainable-precision', 'Weights in 32 bits', 'step.precision', TRAINABLE_PRECISIONS),
  UNFUSED,
  TENSORFLOW,
];

/**
 * Of all that a step makes. Where a variable has a single element, scalars of the update count that come and go between variables; but then
 * it is not where the update is fullest.
 */
const NO_LENGTH_OR_WIDTH_OF_ONE: Assumption = {
  id: 'no-length-or-width-of-one',
  statement:
    'Sequence length, width (of a teacher too) and vocabulary of at least 2: with 1, transposes and reductions share buffers',
  holds: ({ model, batch, step }) =>
    Math.min(
      ...[batch.sequenceLength, model.hiddenSize, model.vocabularySize],
      step.teacherHiddenSize ?? model.hiddenSize,
    ) >= 2,
};

/** What the laws of more than one framework were found on. */
export const DECODER = keyIs('decoder', 'A decoder', 'model.architecture', ['decoder']);
export const LEARNED_POSITIONS = keyIs(
  'learned-positions',
  'Learned positions, added to the token embedding',
  'model.positions',
  ['learned'],
);
export const PRE_NORM = keyIs(
  'pre-norm',
  'Norms in front of attention and feed-forward',
  'model.normalizationPlacement',
  ['pre'],
);
export const TWO_LINEAR_LAYERS = keyIs(
  'two-linear-layers',
  'A feed-forward of two linear layers',
  'model.gatedFeedForward',
  [false],
);
const MULTI_HEAD = sizeIs(
  'multi-head',
  'Keys and values for every head',
  'model.keyValueHeads',
  ({ model }) => model.heads,
);
export const FULL_HEADS: readonly Assumption[] = [
  MULTI_HEAD,
  sizeIs(
    'head-size',
    'Heads that share the width: headSize · heads = hiddenSize',
    'model.headSize',
    ({ model }) => model.hiddenSize / model.heads,
  ),
];

/** The first that does not hold for `config`. */
export const violatedIn = (ground: readonly Assumption[], config: RunConfig): Assumption | undefined =>
  ground.find((assumption) => !assumption.holds(config));

/** Neither rounding nor unsplit chunks are in the polynomials, so not `allocated`. */
export const EXACT_LEDGERS: readonly Ledger[] = ['buffers', 'requested'];

/** Of each of `quantities` why nothing is said: what of `ground` does not hold; null where all of it does. */
export function refusedOff(
  ground: readonly Assumption[],
  config: RunConfig,
  quantities: readonly Quantity[],
): Readonly<Partial<Record<Quantity, Prediction>>> | null {
  const violated = violatedIn(ground, config);
  if (violated === undefined) return null;
  const reason = unsupported(`The closed form needs: ${violated.statement}.`);
  return Object.fromEntries(quantities.map((quantity) => [quantity, reason]));
}

/** `predict()` where neither length, width nor vocabulary is 1; elsewhere why it is not known. `what` is the subject of that sentence. */
export const whereMade = (what: string, config: RunConfig, predict: () => Prediction): Prediction =>
  NO_LENGTH_OR_WIDTH_OF_ONE.holds(config)
    ? predict()
    : unsupported(`The closed form of ${what} needs: ${NO_LENGTH_OR_WIDTH_OF_ONE.statement}.`);
