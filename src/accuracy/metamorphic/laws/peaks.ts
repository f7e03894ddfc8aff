/** Laws about one configuration alone: what a peak cannot be below. */
import type { Quantity } from '../../../records/quantity.ts';
import { atLeast, BASE, type MetamorphicLaw, type Relation } from '../law.ts';

/** `quantity` is not less than the sum of `others`. */
const holds = (quantity: Quantity, ...others: readonly Quantity[]): Relation => ({
  quantity,
  terms: [{ factor: 1, quantity, at: BASE }, ...others.map((other) => ({ factor: -1, quantity: other, at: BASE }))],
  allowed: () => atLeast(0),
});

const peakAboveSteady: MetamorphicLaw = {
  id: 'peak-above-steady',
  statement: 'No peak of a step is below what is there between steps, nor is that below the weights.',
  followUps: () => ({}),
  relations: [
    holds('steady', 'weights'),
    ...(['forward-peak', 'backward-peak', 'optimizer-peak', 'step-peak'] as const).map((peak) => holds(peak, 'steady')),
  ],
};

const peakAboveTape: MetamorphicLaw = {
  id: 'peak-above-tape',
  statement:
    'The peak is not below what is there between steps and the activations together: backward begins with both.',
  followUps: () => ({}),
  relations: (['backward-peak', 'step-peak'] as const).map((peak) => holds(peak, 'steady', 'activations')),
};

const peakAboveGradients: MetamorphicLaw = {
  id: 'peak-above-gradients',
  statement:
    'The peak is not below what is there between steps and the gradients, as many bytes as the weights: the optimizer begins with both.',
  followUps: ({ step }) => (step.gradients === 'freed' ? {} : null),
  relations: (['optimizer-peak', 'step-peak'] as const).map((peak) => holds(peak, 'steady', 'weights')),
};

export const PEAK_LAWS: readonly MetamorphicLaw[] = [peakAboveSteady, peakAboveTape, peakAboveGradients];
