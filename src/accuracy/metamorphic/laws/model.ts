/** Laws about the sizes and switches of the model. */
import type { RunConfig } from '../../../config/schema.ts';
import { FLOAT32_BYTES } from '../../../units/bytes.ts';
import {
  type Allowed,
  atLeast,
  changedBy,
  curvature,
  exactly,
  growth,
  keepsScores,
  type MetamorphicLaw,
  microBatch,
  throughTape,
  unchanged,
  weightsByParameters,
} from '../law.ts';

/** The narrowest float that an activation may have, in bytes. */
const narrowest = ({ step }: RunConfig): number => (step.precision === 'float32' ? FLOAT32_BYTES : FLOAT32_BYTES / 2);

/** One score matrix of each layer: B·a·S² values. */
function scoreMatrices(config: RunConfig): Allowed {
  const { layers, heads } = config.model;
  const { sequenceLength } = config.batch;
  return atLeast(narrowest(config) * layers * microBatch(config) * heads * sequenceLength ** 2);
}

const HEADS = 'heads × 2';

const heads: MetamorphicLaw = {
  id: 'heads',
  statement:
    'Twice the heads at the same width are the same weights, and at least one more score matrix, B·a·S², in every layer.',
  followUps: (base) =>
    keepsScores(base)
      ? changedBy(base, {
          [HEADS]: {
            'model.heads': 2 * base.model.heads,
            'model.keyValueHeads': 2 * base.model.keyValueHeads,
            'model.headSize': base.model.headSize / 2,
          },
        })
      : null,
  relations: [
    ...throughTape((quantity) => growth(quantity, HEADS), scoreMatrices),
    ...unchanged(HEADS, 'weights', 'steady'),
  ],
};

const WIDER = 'feed-forward × 2';

const feedForward: MetamorphicLaw = {
  id: 'feed-forward',
  statement:
    'Twice the width of the feed-forward part adds its parameters to the weights, exactly, and is more activations and a higher peak.',
  followUps: (base) =>
    base.step.checkpointing === 'none' || base.step.checkpointing === 'selective'
      ? changedBy(base, { [WIDER]: { 'model.feedForwardSize': 2 * base.model.feedForwardSize } })
      : null,
  relations: [
    weightsByParameters(WIDER),
    ...(['activations', 'backward-peak', 'step-peak'] as const).map((quantity) => ({
      quantity,
      terms: growth(quantity, WIDER),
      allowed: () => atLeast(1),
    })),
  ],
};

const ONE_MORE = 'layers + 1';
const TWO_MORE = 'layers + 2';

/** Recomputation by √L makes other segments of other numbers of layers. */
const isLayerByLayer = ({ step }: RunConfig): boolean => step.checkpointing !== 'sqrt';

const layersEqual: MetamorphicLaw = {
  id: 'layers-equal',
  statement:
    'Every further layer costs the same: weights, state and activations of L, L + 1 and L + 2 are two equal steps.',
  followUps: (base) =>
    isLayerByLayer(base)
      ? changedBy(base, {
          [ONE_MORE]: { 'model.layers': base.model.layers + 1 },
          [TWO_MORE]: { 'model.layers': base.model.layers + 2 },
        })
      : null,
  relations: (['weights', 'steady', 'activations'] as const).map((quantity) => ({
    quantity,
    terms: curvature(quantity, ONE_MORE, TWO_MORE),
    allowed: () => exactly(0),
  })),
};

const layersMore: MetamorphicLaw = {
  id: 'layers-more',
  statement: 'A further layer adds its parameters to the weights, exactly, and is more of everything else.',
  followUps: (base) =>
    isLayerByLayer(base) ? changedBy(base, { [ONE_MORE]: { 'model.layers': base.model.layers + 1 } }) : null,
  relations: [
    weightsByParameters(ONE_MORE),
    ...(
      [
        'steady',
        'activations',
        'forward-peak',
        'backward-peak',
        'gradients-held',
        'optimizer-peak',
        'step-peak',
      ] as const
    ).map((quantity) => ({ quantity, terms: growth(quantity, ONE_MORE), allowed: () => atLeast(1) })),
  ],
};

const VOCABULARY = 'vocabulary × 2';

/** The log-probabilities, in 32 bits under every policy: B·S·V values. */
const logProbabilities = (config: RunConfig): Allowed =>
  atLeast(FLOAT32_BYTES * microBatch(config) * config.batch.sequenceLength * config.model.vocabularySize);

const vocabulary: MetamorphicLaw = {
  id: 'vocabulary',
  statement:
    'Twice the vocabulary adds V·H weights, or 2·V·H with a head of its own, exactly, and at least B·S·V activations for the loss.',
  followUps: (base) => changedBy(base, { [VOCABULARY]: { 'model.vocabularySize': 2 * base.model.vocabularySize } }),
  relations: [
    weightsByParameters(VOCABULARY),
    { quantity: 'activations', terms: growth('activations', VOCABULARY), allowed: logProbabilities },
    ...(['backward-peak', 'step-peak'] as const).map((quantity) => ({
      quantity,
      terms: growth(quantity, VOCABULARY),
      allowed: () => atLeast(1),
    })),
  ],
};

const TIED = 'tied';

const tiedEmbedding: MetamorphicLaw = {
  id: 'tied-embedding',
  statement: 'Tying the head to the embedding takes V·H from the weights, exactly, and nothing from the activations.',
  followUps: (base) => (base.model.tiedEmbedding ? null : changedBy(base, { [TIED]: { 'model.tiedEmbedding': true } })),
  relations: [weightsByParameters(TIED), ...unchanged(TIED, 'activations')],
};

const POSITIONS = 'positions × 2';

const positions: MetamorphicLaw = {
  id: 'positions',
  statement:
    'Twice the learned positions, at the same sequences, add their P·H parameters to the weights, exactly, and nothing to the activations.',
  followUps: (base) =>
    base.model.positions === 'learned'
      ? changedBy(base, { [POSITIONS]: { 'model.maxPositions': 2 * base.model.maxPositions } })
      : null,
  relations: [weightsByParameters(POSITIONS), ...unchanged(POSITIONS, 'activations')],
};

const DROPOUT = 'dropout 0.1';

const dropout: MetamorphicLaw = {
  id: 'dropout',
  statement:
    'With dropout there are more activations and a higher peak of backward, and neither more weights nor more state.',
  followUps: (base) => (base.model.dropout === 0 ? changedBy(base, { [DROPOUT]: { 'model.dropout': 0.1 } }) : null),
  relations: [
    ...throughTape(
      (quantity) => growth(quantity, DROPOUT),
      () => atLeast(1),
    ),
    ...unchanged(DROPOUT, 'weights', 'steady'),
  ],
};

export const MODEL_LAWS: readonly MetamorphicLaw[] = [
  heads,
  feedForward,
  layersEqual,
  layersMore,
  vocabulary,
  tiedEmbedding,
  positions,
  dropout,
];
