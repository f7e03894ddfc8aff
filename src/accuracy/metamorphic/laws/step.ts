/** Laws about the techniques of the step, and about what decides no byte. */
import { exactParameterCount } from '../../../estimators/exact/parameterCount.ts';
import { QUANTITIES } from '../../../records/quantity.ts';
import { FLOAT32_BYTES } from '../../../units/bytes.ts';
import { atLeast, BASE, changedBy, exactly, growth, keepsScores, type MetamorphicLaw, unchanged } from '../law.ts';

const BLOCK = 'recomputed blocks';

const recomputedBlocks: MetamorphicLaw = {
  id: 'recomputed-blocks',
  statement: 'Recomputing whole blocks leaves fewer activations, and weights and state as they are.',
  followUps: (base) =>
    base.step.checkpointing === 'none' ? changedBy(base, { [BLOCK]: { 'step.checkpointing': 'block' } }) : null,
  relations: [
    { quantity: 'activations', terms: growth('activations', BASE, BLOCK), allowed: () => atLeast(1) },
    ...unchanged(BLOCK, 'weights', 'steady'),
  ],
};

const SELECTIVE = 'selective recomputation';

const selectiveRecomputation: MetamorphicLaw = {
  id: 'selective-recomputation',
  statement:
    'Recomputing attention alone leaves fewer activations than recomputing nothing, and more than recomputing whole blocks.',
  followUps: (base) =>
    keepsScores(base)
      ? changedBy(base, {
          [SELECTIVE]: { 'step.checkpointing': 'selective' },
          [BLOCK]: { 'step.checkpointing': 'block' },
        })
      : null,
  relations: [
    { quantity: 'activations', terms: growth('activations', BASE, SELECTIVE), allowed: () => atLeast(1) },
    { quantity: 'activations', terms: growth('activations', SELECTIVE, BLOCK), allowed: () => atLeast(1) },
  ],
};

const SGD = 'sgd';

/** tfjs's Adam keeps two scalars, β₁ᵗ and β₂ᵗ, and its SGD one, the learning rate (tfjs-core, optimizers/). */
const SCALARS_BYTES = 2 * FLOAT32_BYTES;

const adamStates: MetamorphicLaw = {
  id: 'adam-states',
  statement:
    'Adam keeps twice the weights more than SGD, and no more than two scalars beside; weights and activations do not know the optimizer.',
  followUps: (base) =>
    base.step.optimizer === 'adam' ? changedBy(base, { [SGD]: { 'step.optimizer': 'sgd' } }) : null,
  relations: [
    {
      quantity: 'steady',
      terms: growth('steady', BASE, SGD),
      allowed: (base) => {
        const moments = 2 * FLOAT32_BYTES * exactParameterCount(base);
        return { least: moments, most: moments + SCALARS_BYTES };
      },
    },
    ...unchanged(SGD, 'weights', 'activations'),
  ],
};

const KEPT = 'gradients kept';

const keptGradients: MetamorphicLaw = {
  id: 'kept-gradients',
  statement:
    'Keeping gradients adds the weights once more to what is there between steps, exactly; weights and activations do not know it.',
  followUps: (base) =>
    base.step.gradients === 'freed' ? changedBy(base, { [KEPT]: { 'step.gradients': 'kept' } }) : null,
  relations: [
    {
      quantity: 'steady',
      terms: growth('steady', KEPT),
      allowed: (base) => exactly(FLOAT32_BYTES * exactParameterCount(base)),
    },
    ...unchanged(KEPT, 'weights', 'activations'),
  ],
};

const AUTOCAST = 'autocast';

const autocast: MetamorphicLaw = {
  id: 'autocast',
  statement: 'Autocast leaves weights and state in 32 bits: neither changes.',
  followUps: (base) =>
    base.step.precision === 'float32'
      ? changedBy(base, { [AUTOCAST]: { 'step.precision': 'autocast-bfloat16' } })
      : null,
  relations: unchanged(AUTOCAST, 'weights', 'steady'),
};

const ALLOCATOR = 'another allocator';

const allocator: MetamorphicLaw = {
  id: 'allocator',
  statement: 'Which allocator is asked changes nothing of what it is asked for.',
  followUps: (base) =>
    base.runtime.allocator === 'bfc' && base.runtime.memoryLimitMiB === null
      ? changedBy(base, {
          [ALLOCATOR]: { 'runtime.allocator': base.runtime.device === 'cpu' ? 'malloc' : 'cuda_malloc_async' },
        })
      : null,
  relations: unchanged(ALLOCATOR, ...QUANTITIES),
};

export const STEP_LAWS: readonly MetamorphicLaw[] = [
  recomputedBlocks,
  selectiveRecomputation,
  adamStates,
  keptGradients,
  autocast,
  allocator,
];
