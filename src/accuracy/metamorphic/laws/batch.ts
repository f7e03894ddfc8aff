import {
  atLeast,
  BASE,
  changedBy,
  curvature,
  exactly,
  growth,
  hasNoDimensionOfOne,
  keepsScores,
  type MetamorphicLaw,
  throughTape,
  unchanged,
} from '../law.ts';

const TWICE = 'batch × 2';
const THRICE = 'batch × 3';

const batchLinear: MetamorphicLaw = {
  id: 'batch-linear',
  statement:
    'Batches of B, 2B and 3B sequences are two equal steps of activations and of what is there between steps; weights do not know the batch.',
  followUps: (base) =>
    hasNoDimensionOfOne(base)
      ? changedBy(base, {
          [TWICE]: { 'batch.size': 2 * base.batch.size },
          [THRICE]: { 'batch.size': 3 * base.batch.size },
        })
      : null,
  relations: [
    ...(['activations', 'steady'] as const).map((quantity) => ({
      quantity,
      terms: curvature(quantity, TWICE, THRICE),
      allowed: () => exactly(0),
    })),
    ...unchanged(TWICE, 'weights'),
  ],
};

const batchMore: MetamorphicLaw = {
  id: 'batch-more',
  statement:
    'Twice the batch is more activations and a higher peak of backward, in a step that is fullest there of the step too.',
  followUps: (base) => changedBy(base, { [TWICE]: { 'batch.size': 2 * base.batch.size } }),
  relations: throughTape(
    (quantity) => growth(quantity, TWICE),
    () => atLeast(1),
  ),
};

const DIVIDED = 'two micro-batches';
const HALF = 'half the batch';

const microBatches: MetamorphicLaw = {
  id: 'micro-batches',
  statement:
    'Divided into two micro-batches, a batch has the activations of a batch of half its size, to the byte, and the weights and the state of the whole.',
  followUps: (base) =>
    base.step.microBatches === 1
      ? changedBy(base, {
          [DIVIDED]: { 'step.microBatches': 2 },
          [HALF]: { 'batch.size': base.batch.size / 2 },
        })
      : null,
  relations: [
    { quantity: 'activations', terms: growth('activations', DIVIDED, HALF), allowed: () => exactly(0) },
    ...unchanged(DIVIDED, 'weights', 'steady'),
  ],
};

const SHORT = 'batch and sequence swapped';

const batchForSequence: MetamorphicLaw = {
  id: 'batch-for-sequence',
  statement:
    'Of two batches of as many tokens, the one of longer sequences has more activations and a higher peak of backward.',
  followUps: (base) => {
    const { size, sequenceLength } = base.batch;
    return keepsScores(base) && hasNoDimensionOfOne(base) && sequenceLength > size && size >= 2
      ? changedBy(base, { [SHORT]: { 'batch.size': sequenceLength, 'batch.sequenceLength': size } })
      : null;
  },
  relations: throughTape(
    (quantity) => growth(quantity, BASE, SHORT),
    () => atLeast(1),
  ),
};

const LONGER = 'sequence × 2';
const LONGEST = 'sequence × 3';

const sequenceConvex: MetamorphicLaw = {
  id: 'sequence-convex',
  statement: 'From sequences of S over 2S to 3S the second step is the larger one: the score matrices grow with S².',
  followUps: (base) =>
    keepsScores(base) && hasNoDimensionOfOne(base)
      ? changedBy(base, {
          [LONGER]: { 'batch.sequenceLength': 2 * base.batch.sequenceLength },
          [LONGEST]: { 'batch.sequenceLength': 3 * base.batch.sequenceLength },
        })
      : null,
  relations: throughTape(
    (quantity) => curvature(quantity, LONGER, LONGEST),
    () => atLeast(1),
  ),
};

export const BATCH_LAWS: readonly MetamorphicLaw[] = [
  batchLinear,
  batchMore,
  microBatches,
  batchForSequence,
  sequenceConvex,
];
